//! Investors apply, prove who they are, bring wallets, are compared with lists and decided upon.

use crate::office::{ANNA, LIST, Office, Profile, address_of, codes, load, personal_sign, profile};
use crate::stage::{Answer, Stage};
use chrono::{DateTime, TimeDelta, Utc};
use compliance::credential::{Format, NewPresentation, SigningKey, present};
use domain::party::{InvestorClass, Role, WalletAddress};
use k256::ecdsa::SigningKey as WalletKey;
use serde_json::{Value, json};

#[test]
fn an_approved_investor_is_on_the_registry_until_the_credential_ends() {
    let office = Office::open();
    let (anna, id) = office.applicant("anna", &ANNA, 2);
    let standing = anna.get("/v1/investors/current").expect(200);
    assert_eq!((&standing["status"], &standing["case_status"]), (&json!("applied"), &json!("open")));

    let case = office.open_case(&id).unwrap();
    let evidence = office.officer.get(&format!("/v1/cases/{case}")).expect(200);
    assert_eq!(evidence["legal_name"], "Anna Schmidt");
    assert_eq!(evidence["claims"]["name"], "Anna Schmidt");
    assert_eq!(evidence["list_versions"][0]["name"], "own");
    assert_eq!(evidence["hits"], json!([]));

    let decided = office.decide(&id, "approve");
    let valid_until: DateTime<Utc> = decided["valid_until"].as_str().unwrap().parse().unwrap();
    let a_year = office.now() + TimeDelta::days(365);
    assert!((a_year - valid_until).num_minutes() < 5, "a year at most: {valid_until}");
    office.wait_registered(&anna, 1);

    let standing = anna.get("/v1/investors/current").expect(200);
    assert_eq!((&standing["status"], &standing["registered"]), (&json!("approved"), &json!(true)));
    let wallet = standing["wallets"][0]["address"].as_str().unwrap();
    let identity = office.identity(wallet).unwrap();
    assert_eq!(identity.number, standing["identity_number"].as_i64().unwrap());
    assert_eq!((identity.country.code(), identity.class), ("DE", InvestorClass::Professional));
    assert_eq!(identity.valid_until, valid_until);
    assert!(!identity.frozen && identity.wallets == [wallet.parse().unwrap()]);

    let body = json!({ "decision": "reject", "reason": "Too late." });
    let again = office.officer.post(&format!("/v1/cases/{case}/decision"), &body);
    assert_eq!(again.expect(409)["type"], "/problems/wrong-state");
}

#[test]
fn a_managed_wallet_gets_its_first_fees() {
    let office = Office::open();
    let (anna, id) = office.applicant("anna", &ANNA, 2);
    office.decide(&id, "approve");
    office.wait_registered(&anna, 1);
    let wallet: WalletAddress =
        anna.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().parse().unwrap();
    let app = office.stage.app.clone();
    let funds = || actix_web::rt::System::new().block_on(app.chain.funds(wallet)).unwrap();
    office.stage.wait_until("the fees arrive", || funds() == muniment::flows::identity::FEES_WEI);
}

#[test]
fn an_own_wallet_must_show_its_key() {
    let office = Office::open();
    let anna = office.stage.person("anna", Role::Investor);
    anna.post("/v1/investors", &profile(&ANNA)).expect(201);
    let (key, stranger) =
        (WalletKey::from_slice(&[0x46; 32]).unwrap(), WalletKey::from_slice(&[9; 32]).unwrap());
    let address = address_of(&key).to_string();
    let bring = |message: &str, signature: String| {
        anna.post("/v1/wallets", &json!({ "address": address, "message": message, "signature": signature }))
    };
    let ask = || {
        let question = anna.post("/v1/wallets/challenge", &json!({ "address": address })).expect(201);
        question["message"].as_str().unwrap().to_owned()
    };
    let old = ask();
    let message = ask();
    assert!(message.contains(&address) && message.contains("Chain ID: "), "{message}");

    let forged = bring(&message, personal_sign(&stranger, &message)).expect(200);
    assert_eq!((&forged["accepted"], codes(&forged)), (&json!(false), vec!["SIGNATURE_INVALID"]));
    let stale = bring(&old, personal_sign(&key, &old)).expect(200);
    assert_eq!(codes(&stale), ["NONCE_MISMATCH"]);
    let other_words = message.replace("This wallet is mine", "I sell everything");
    let brought = bring(&other_words, personal_sign(&stranger, &other_words)).expect(200);
    assert_eq!(codes(&brought), ["SIGNATURE_INVALID"]);

    let brought = bring(&message, personal_sign(&key, &message)).expect(201);
    assert_eq!(brought["address"], address);
    let again = bring(&message, personal_sign(&key, &message)).expect(200);
    assert_eq!(codes(&again), ["NONCE_USED"]);

    let ben = office.stage.person("ben", Role::Investor);
    ben.post("/v1/investors", &profile(&Profile { name: "Ben Braun", ..ANNA })).expect(201);
    let question = ben.post("/v1/wallets/challenge", &json!({ "address": address })).expect(201);
    let message = question["message"].as_str().unwrap();
    let body = json!({ "message": message, "signature": personal_sign(&key, message) });
    assert_eq!(codes(&ben.post("/v1/wallets", &body).expect(200)), ["WALLET_TAKEN"]);
}

#[test]
fn a_presentation_that_does_not_hold_is_refused_with_its_reasons() {
    let office = Office::open();
    let anna = office.stage.person("anna", Role::Investor);
    anna.post("/v1/investors", &profile(&ANNA)).expect(201);
    let (holder, mallory) = (SigningKey::ed25519(&[2; 32]).unwrap(), SigningKey::ed25519(&[3; 32]).unwrap());
    let submit = |presentation: &Value| anna.post("/v1/presentations", presentation).expect(201);
    let about = |of: &Profile<'_>, days| office.credential(of, &holder, days);

    let unasked = json!({ "presentation": present(&holder, Format::VcJwt, &NewPresentation {
        credentials: &[about(&ANNA, 10)], nonce: "n", audience: "a", at: office.now() }).unwrap() });
    assert!(codes(&submit(&unasked)).contains(&"CHALLENGE_MISSING"));

    for (credential, by, code) in [
        (about(&Profile { name: "Anna Meier", ..ANNA }, 10), &holder, "NAME_MISMATCH"),
        (about(&Profile { country: "FR", ..ANNA }, 10), &holder, "COUNTRY_MISMATCH"),
        (about(&Profile { born: "1980-02-28", ..ANNA }, 10), &holder, "BIRTH_DATE_MISMATCH"),
        (about(&ANNA, -1), &holder, "EXPIRED"),
        (about(&ANNA, 10), &mallory, "SUBJECT_NOT_HOLDER"),
    ] {
        let answer = submit(&office.presentation(&anna, by, credential));
        assert_eq!((answer["accepted"].as_bool(), codes(&answer)), (Some(false), vec![code]));
        let said = answer.to_string();
        assert!(!said.contains("Anna") && !said.contains("1980"), "nothing personal is said: {said}");
    }

    let good = office.presentation(&anna, &holder, about(&ANNA, 10));
    assert_eq!(submit(&good)["accepted"], true);
    assert_eq!(codes(&submit(&good)), ["NONCE_USED"]);
    let records = anna.get("/v1/presentations").expect(200);
    assert_eq!(records.as_array().unwrap().iter().filter(|it| it["accepted"] == true).count(), 1);

    let ben = office.stage.person("ben", Role::Investor);
    ben.post("/v1/investors", &profile(&ANNA)).expect(201);
    let taken = office.presentation(&ben, &holder, about(&ANNA, 10));
    assert_eq!(codes(&ben.post("/v1/presentations", &taken).expect(201)), ["DID_TAKEN"]);
}

#[test]
fn an_issuer_that_is_no_longer_trusted_proves_nothing() {
    let office = Office::open();
    let anna = office.stage.person("anna", Role::Investor);
    anna.post("/v1/investors", &profile(&ANNA)).expect(201);
    let issuers = office.officer.get("/v1/credential-issuers").expect(200);
    let path = format!("/v1/credential-issuers/{}", issuers[0]["id"].as_str().unwrap());
    assert_eq!(office.officer.request(reqwest::Method::DELETE, &path).send().unwrap().status(), 204);
    let holder = SigningKey::ed25519(&[2; 32]).unwrap();
    let presentation = office.presentation(&anna, &holder, office.credential(&ANNA, &holder, 10));
    let answer = anna.post("/v1/presentations", &presentation).expect(201);
    assert_eq!(codes(&answer), ["ISSUER_NOT_TRUSTED_THEN"]);
}

#[test]
fn a_name_on_a_list_is_in_the_case_with_the_reasons() {
    let office = Office::open();
    let listed = Profile { name: "Merai Zoghbi", born: "1960-04-04", country: "LY" };
    let (_, id) = office.applicant("merai", &listed, 2);
    let case = office.open_case(&id).unwrap();
    let evidence = office.officer.get(&format!("/v1/cases/{case}")).expect(200);
    let hit = &evidence["hits"][0];
    assert_eq!((hit["list"].as_str(), hit["entry"].as_str()), (Some("own"), Some("7")));
    assert_eq!((hit["score"].as_i64(), hit["why"]["tokens"].as_array().unwrap().len()), (Some(1_000), 2));
    let decided = office.decide(&id, "reject");
    assert_eq!((&decided["status"], &decided["valid_until"]), (&json!("rejected"), &Value::Null));
}

#[test]
fn a_new_version_of_a_list_opens_the_case_of_whom_it_names() {
    let office = Office::open();
    let (anna, id) = office.applicant("anna", &ANNA, 2);
    office.decide(&id, "approve");
    office.wait_registered(&anna, 1);
    assert_eq!(load(&office.officer, LIST).expect(200)["changed"], false);
    let longer = format!("{LIST}9,Person,Anna Schmidt,,1980-02-29,DE,\n");
    assert_eq!(load(&office.officer, &longer).expect(201)["entries"], 3);
    office.stage.wait_until("the case is open", || office.open_case(&id).is_some());
    let case = office.open_case(&id).unwrap();
    let evidence = office.officer.get(&format!("/v1/cases/{case}")).expect(200);
    assert_eq!(
        (&evidence["opened_because"], &evidence["hits"][0]["entry"]),
        (&json!("screening"), &json!("9"))
    );

    office.decide(&id, "reject");
    let wallet = anna.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().to_owned();
    office.stage.wait_until("the identity is frozen", || office.identity(&wallet).unwrap().frozen);
}

#[test]
fn before_a_list_is_loaded_nobody_is_clean() {
    let stage = Stage::start();
    let anna = stage.person("anna", Role::Investor);
    anna.post("/v1/investors", &profile(&ANNA)).expect(201);
    anna.post("/v1/wallets", &json!({ "managed": true })).expect(201);
    let demo = anna.post("/v1/sandbox/credentials", &json!({})).expect(201);
    let answer = anna.post("/v1/presentations", &json!({ "presentation": demo["presentation"] })).expect(201);
    assert_eq!(answer["accepted"], true, "{answer}");
    let standing = anna.get("/v1/investors/current").expect(200);
    assert_eq!((&standing["screened"], &standing["case_status"]), (&json!(false), &Value::Null));
    let officer = stage.person("officer", Role::Compliance);
    load(&officer, LIST).expect(201);
    stage.wait_until("the case is open", || {
        anna.get("/v1/investors/current").expect(200)["case_status"] == "open"
    });
}

#[test]
fn a_renewed_credential_prolongs_the_approval_on_chain() {
    let office = Office::open();
    let anna = office.stage.person("anna", Role::Investor);
    let id = anna.post("/v1/investors", &profile(&ANNA)).expect(201)["id"].as_str().unwrap().to_owned();
    anna.post("/v1/wallets", &json!({ "managed": true })).expect(201);
    let holder = SigningKey::ed25519(&[2; 32]).unwrap();
    let present = |days| {
        let presentation = office.presentation(&anna, &holder, office.credential(&ANNA, &holder, days));
        assert_eq!(anna.post("/v1/presentations", &presentation).expect(201)["accepted"], true);
    };
    present(20);
    office.decide(&id, "approve");
    office.wait_registered(&anna, 1);
    let wallet = anna.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().to_owned();
    let before = office.identity(&wallet).unwrap().valid_until;
    present(200);
    office.stage.wait_until("the approval is prolonged", || {
        office.identity(&wallet).unwrap().valid_until >= before + TimeDelta::days(180)
    });
}

#[test]
fn an_identity_is_frozen_and_let_go_with_a_reason() {
    let office = Office::open();
    let (anna, id) = office.applicant("anna", &ANNA, 2);
    office.decide(&id, "approve");
    office.wait_registered(&anna, 1);
    let wallet = anna.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().to_owned();
    let post = |verb: &str, reason: &str| {
        office.officer.post(&format!("/v1/investors/{id}/{verb}"), &json!({ "reason": reason }))
    };
    assert_eq!(post("freeze", " ").refused_field(), "reason");
    assert_eq!(post("unfreeze", "By mistake.").expect(409)["type"], "/problems/wrong-state");
    assert_eq!(post("freeze", "Order of the court.").expect(200)["status"], "frozen");
    office.stage.wait_until("the identity is frozen", || office.identity(&wallet).unwrap().frozen);
    assert_eq!(post("unfreeze", "The order was lifted.").expect(200)["status"], "approved");
    office.stage.wait_until("the identity is free", || !office.identity(&wallet).unwrap().frozen);
}

#[test]
fn a_second_wallet_joins_the_same_identity() {
    let office = Office::open();
    let (anna, id) = office.applicant("anna", &ANNA, 2);
    office.decide(&id, "approve");
    office.wait_registered(&anna, 1);
    let key = WalletKey::from_slice(&[0x47; 32]).unwrap();
    let address = address_of(&key).to_string();
    let question = anna.post("/v1/wallets/challenge", &json!({ "address": address })).expect(201);
    let message = question["message"].as_str().unwrap();
    let body = json!({ "message": message, "signature": personal_sign(&key, message) });
    anna.post("/v1/wallets", &body).expect(201);
    office.wait_registered(&anna, 2);
    assert_eq!(office.identity(&address).unwrap().wallets.len(), 2);
    assert_eq!(anna.post("/v1/wallets", &json!({ "managed": true })).expect(409)["status"], 409);
}

#[test]
fn personal_data_is_read_with_a_trace_and_erased_with_its_key() {
    let office = Office::open();
    let (anna, id) = office.applicant("anna", &ANNA, 2);
    let path = format!("/v1/investors/{id}/personal-data");
    assert_eq!(anna.get(&path).expect(200)["legal_name"], "Anna Schmidt");
    let reads = || office.audit().iter().filter(|entry| entry.action == "personal_data.read").count();
    assert_eq!(reads(), 0, "who reads about themselves leaves no trace");
    assert_eq!(office.officer.get(&path).expect(200)["address"], "Hafenweg 1, Hamburg");
    assert_eq!(reads(), 1);
    let ben = office.stage.person("ben", Role::Investor);
    ben.get(&path).expect(404);
    let regulator = office.stage.person("regulator", Role::Regulator);
    regulator.get(&path).expect(403);

    let trace: Vec<String> =
        office.audit().iter().map(|entry| format!("{} {}", entry.subject, entry.detail)).collect();
    let trace = trace.join("\n");
    assert!(!trace.contains("Schmidt") && !trace.contains("1980") && !trace.contains("Hafenweg"), "{trace}");

    let erase = || {
        let request = office.officer.request(reqwest::Method::DELETE, &path);
        Answer::of(request.send().unwrap()).expect(200)["erased_now"].clone()
    };
    assert_eq!((erase(), erase()), (json!(true), json!(false)));
    office.officer.get(&path).expect(404);
    let case = office.open_case(&id).unwrap();
    let evidence = office.officer.get(&format!("/v1/cases/{case}")).expect(200);
    assert_eq!((&evidence["legal_name"], &evidence["claims"]), (&Value::Null, &Value::Null));
    let kept = office.officer.get(&format!("/v1/investors/{id}")).expect(200);
    assert_eq!(kept["identity_number"], 1);
}

#[test]
fn what_is_not_a_profile_is_refused_field_by_field_and_nothing_is_written() {
    let office = Office::open();
    let anna = office.stage.person("anna", Role::Investor);
    for (change, field) in [
        (json!({ "legal_name": " " }), "legal_name"),
        (json!({ "date_of_birth": "29.02.1980" }), "date_of_birth"),
        (json!({ "date_of_birth": "2020-01-01" }), "date_of_birth"),
        (json!({ "country": "Germany" }), "country"),
        (json!({ "investor_class": "rich" }), "investor_class"),
        (json!({ "address": "x".repeat(301) }), "address"),
    ] {
        let mut body = profile(&ANNA);
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(anna.post("/v1/investors", &body).refused_field(), field, "{body}");
    }
    anna.get("/v1/investors/current").expect(404);
    assert_eq!(anna.post("/v1/investors?dry_run=true", &profile(&ANNA)).status, 200);
    anna.get("/v1/investors/current").expect(404);
    office.officer.post("/v1/investors", &profile(&ANNA)).expect(403);

    let first = anna.post_once("/v1/investors", "apply-1", &profile(&ANNA)).expect(201);
    let again = anna.post_once("/v1/investors", "apply-1", &profile(&ANNA)).expect(201);
    assert_eq!(first, again);
    anna.post("/v1/investors", &profile(&ANNA)).expect(409);
    for (body, field) in [
        (json!({}), "managed"),
        (json!({ "managed": true, "signature": "0x" }), "managed"),
        (json!({ "message": "m", "signature": "0x123" }), "signature"),
        (json!({ "message": "m", "signature": "" }), "signature"),
        (json!({ "message": "m", "signature": "0x12", "did_signature": "a.b.c" }), "managed"),
        (json!({ "message": "m", "signature": "0x12", "address": "0x00" }), "address"),
    ] {
        assert_eq!(anna.post("/v1/wallets", &body).refused_field(), field, "{body}");
    }
    assert_eq!(anna.post("/v1/presentations", &json!({})).refused_field(), "presentation");
    assert_eq!(load(&office.officer, "id,schema\n1,Person\n").refused_field(), "file");
    assert_eq!(office.officer.get("/v1/sanctions-lists").expect(200)[0]["entries"], 2);
    load(&anna, LIST).expect(403);
}

#[test]
fn whoever_stands_behind_a_wallet_is_a_holder_with_all_their_units() {
    let office = Office::open();
    let (anna, id) = office.applicant("anna", &ANNA, 2);
    let wallet: WalletAddress =
        anna.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().parse().unwrap();
    let partition = office.stage.app.chance.id(office.now());
    let holder = || {
        let facts = |tx: &mut store::Tx<'_>| muniment::flows::identity::holder_facts(tx, wallet, partition);
        office.stage.app.ask(facts).unwrap()
    };
    assert!(holder().is_none(), "approved by nobody yet");
    office.decide(&id, "approve");
    office.wait_registered(&anna, 1);
    let holder = holder().unwrap();
    assert_eq!((holder.identity, holder.units.get(), holder.wallets), (1, 0, vec![wallet]));
}

/// The program does an old screening again with the lists of that day, and a change touches only whom it concerns.
#[test]
fn a_change_of_a_list_screens_anew_whom_it_concerns_and_old_screenings_can_be_done_again() {
    let office = Office::open();
    let (_, anna) = office.applicant("anna", &ANNA, 2);
    let ben = Profile { name: "Ben Fischer", born: "1975-06-01", country: "AT" };
    let (_, ben) = office.applicant("ben", &ben, 3);
    let screenings = |investor: &str| {
        let id = investor.parse().unwrap();
        office.stage.app.ask(|tx| Ok(store::screening::of_investor(tx, id)?)).unwrap()
    };
    let (first, of_ben) = (screenings(&anna).len(), screenings(&ben).len());
    let old = screenings(&ben)[0].clone();
    load(&office.officer, &format!("{LIST}9,Person,Ben Fischer,,1975-06-01,AT,\n")).expect(201);
    office.stage.wait_until("whom it concerns is screened anew", || screenings(&ben).len() == of_ben + 1);
    office.stage.wait_until("the others are carried over", || screenings(&anna)[0].carried_to.is_some());
    let (kept, new) = (screenings(&anna), screenings(&ben)[0].clone());
    assert_eq!((kept.len(), new.hit_count, old.hit_count), (first, 1, 0));
    assert_eq!(kept[0].holds_for(), new.list_versions);

    for (screening, hits) in [(&old, 0), (&new, 1)] {
        let again = std::process::Command::new(env!("CARGO_BIN_EXE_muniment"))
            .args(["screen", "again", &screening.id.to_string(), "--json", "--data-dir"])
            .arg(office.stage.data_dir())
            .output()
            .unwrap();
        let answer: Value = serde_json::from_slice(&again.stdout).unwrap_or_default();
        assert_eq!((again.status.code(), &answer["same"]), (Some(0), &json!(true)), "{again:?}");
        assert_eq!((&answer["hits_then"], &answer["hits_now"]), (&json!(hits), &json!(hits)));
    }
    // Who is no longer listed is screened anew as well.
    load(&office.officer, LIST).expect(201);
    office.stage.wait_until("the hit is gone", || screenings(&ben)[0].hit_count == 0);
}
