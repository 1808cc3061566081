//! A wallet app presents: it fetches the signed request, answers by `direct_post`, and sends the browser back with a code.
//! The case of its owner goes on when the session that asked hands the code in, and for nobody else.

use crate::house::Browser;
use crate::office::{ANNA, Office, codes, profile};
use crate::stage::{Answer, PASSWORD, Person};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use compliance::credential::{Format, NewPresentation, SigningKey, present};
use domain::party::Role;
use serde_json::{Value, json};

const SITE: &str = "https://portal.example";

/// A wallet that plays by the standard.
struct Wallet<'a> {
    office: &'a Office,
    holder: SigningKey,
}

impl Wallet<'_> {
    /// Fetches a request as the link says, and reads it.
    fn fetch(&self, request: &Value) -> Value {
        let answer = self.get(request["request_uri"].as_str().unwrap());
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/oauth-authz-req+jwt");
        let token = answer.text().unwrap();
        let read =
            |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
        let parts: Vec<_> = token.split('.').collect();
        let (header, object) = (read(parts[0]), read(parts[1]));
        assert_eq!(header["typ"], "oauth-authz-req+jwt");
        let document: Value = self.get(&format!("{SITE}/.well-known/did.json")).json().unwrap();
        let keys = document["verificationMethod"].as_array().unwrap();
        assert!(keys.iter().any(|key| key["id"] == header["kid"]), "{header} {document}");
        object
    }

    fn get(&self, url: &str) -> reqwest::blocking::Response {
        let path = url.strip_prefix(SITE).unwrap();
        reqwest::blocking::get(format!("{}{path}", self.office.stage.url)).unwrap()
    }

    /// What it answers to a request for a credential about Anna.
    fn vp_token(&self, nonce: &str, audience: &str) -> Value {
        let credentials = [self.office.credential(&ANNA, &self.holder, 400)];
        let answer = NewPresentation { credentials: &credentials, nonce, audience, at: self.office.now() };
        json!({ "jwt": [present(&self.holder, Format::VcJwt, &answer).unwrap()] })
    }

    fn post(&self, form: &[(&str, &str)]) -> Answer {
        let url = format!("{}/openid4vp/responses", self.office.stage.url);
        let fields: Vec<_> =
            form.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
        let request = reqwest::blocking::Client::new().post(url).body(fields.join("&"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Answer::of(request.send().unwrap())
    }

    fn answer(&self, vp_token: &Value, state: &Value) -> Answer {
        self.post(&[("vp_token", &vp_token.to_string()), ("state", state.as_str().unwrap())])
    }
}

fn percent_encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn applicant() -> (Office, Person) {
    let office = Office::open();
    let anna = office.stage.person("anna", Role::Investor);
    anna.post("/v1/investors", &profile(&ANNA)).expect(201);
    anna.post("/v1/wallets", &json!({ "managed": true })).expect(201);
    let nowhere = anna.post("/v1/presentations/requests", &json!({})).expect(409);
    assert!(nowhere.to_string().contains("--public-url"), "{nowhere}");
    muniment::flows::present::set_public_url(&office.stage.app, Some(SITE)).unwrap();
    (office, anna)
}

fn ask(anna: &Person) -> Value {
    anna.post("/v1/presentations/requests", &json!({})).expect(201)
}

/// Where a wallet is told to send the browser: the path in the portal, and the code.
fn sent_back(answer: Answer) -> (String, String) {
    let body = answer.expect(200);
    let path = body["redirect_uri"].as_str().unwrap().strip_prefix(SITE).unwrap();
    let code = path.strip_prefix("/onboarding/credential/return?response_code=").unwrap();
    assert_eq!(code.len(), 64, "256 bits: {code}");
    (path.to_owned(), code.to_owned())
}

fn hand_in(person: &Person, code: &str) -> Answer {
    person.post("/v1/presentations/responses", &json!({ "response_code": code }))
}

/// The records of what somebody presented, and how many of the audit log are about presenting.
fn records(office: &Office, person: &Person) -> (usize, usize) {
    let presented = person.get("/v1/presentations").expect(200);
    let audited = office.audit().iter().filter(|entry| entry.action == "credential.presented").count();
    (presented.as_array().unwrap().len(), audited)
}

fn case_status(person: &Person) -> Value {
    person.get("/v1/investors/current").expect(200)["case_status"].clone()
}

fn advance(office: &Office, minutes: i64) {
    let operator = office.stage.person("operator", Role::Operator);
    let later = office.now() + chrono::TimeDelta::minutes(minutes);
    operator.post("/v1/clock/advance", &json!({ "to": later.to_rfc3339() })).expect(200);
    office.stage.wait_until("the clock arrives", || office.now() >= later);
}

fn browser_of(office: &Office, email: &str) -> Browser {
    let browser = Browser::at(&office.stage.url);
    let form = browser.get("/sign-in").form("/sign-in");
    assert_eq!(form.set("email", email).set("password", PASSWORD).send(&browser).status, 303);
    browser
}

fn refused(answer: Answer) -> Vec<String> {
    let body = answer.expect(400);
    assert_eq!(body["error"], "invalid_request");
    codes(&body).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_wallet_app_presents_and_the_case_goes_on() {
    let (office, anna) = applicant();
    let wallet = Wallet { office: &office, holder: SigningKey::ed25519(&[2; 32]).unwrap() };
    let request = ask(&anna);
    let object = wallet.fetch(&request);
    assert_eq!(object["client_id"], request["client_id"]);
    assert_eq!(object["client_id"], "decentralized_identifier:did:web:portal.example");
    assert_eq!(object["response_uri"], format!("{SITE}/openid4vp/responses"));
    assert_eq!(object["response_mode"], "direct_post");
    assert_eq!(object["dcql_query"]["credentials"][0]["meta"]["type_values"], json!([["KycCredential"]]));

    // The person says no, and then yes.
    let no = wallet.post(&[("error", "access_denied"), ("state", object["state"].as_str().unwrap())]);
    no.expect(200);
    let (nonce, client) = (object["nonce"].as_str().unwrap(), object["client_id"].as_str().unwrap());
    let answer = wallet.vp_token(nonce, client);
    let (_, code) = sent_back(wallet.answer(&answer, &object["state"]));
    assert_eq!((records(&office, &anna), case_status(&anna)), ((0, 0), Value::Null), "nothing counts yet");
    assert_eq!(hand_in(&anna, &code).expect(201)["accepted"], true);
    assert_eq!(case_status(&anna), "open");
    let presented = anna.get("/v1/presentations").expect(200);
    assert_eq!((presented.as_array().unwrap().len(), &presented[0]["accepted"]), (1, &json!(true)));

    assert_eq!(wallet.get(request["request_uri"].as_str().unwrap()).status(), 409);
}

#[test]
fn a_code_counts_once_and_only_if_a_wallet_was_given_it() {
    let (office, anna) = applicant();
    let (_, code) = answered(&office, &anna);
    assert_eq!(hand_in(&anna, &"0".repeat(64)).status, 404);
    assert_eq!(hand_in(&anna, "").status, 404);
    hand_in(&anna, &code).expect(201);
    assert_eq!(hand_in(&anna, &code).status, 409);
    assert_eq!(records(&office, &anna), (1, 1));
}

/// Anna's wallet answers a request that somebody made.
fn answered(office: &Office, asking: &Person) -> (String, String) {
    let wallet = Wallet { office, holder: SigningKey::ed25519(&[2; 32]).unwrap() };
    let object = wallet.fetch(&ask(asking));
    let answer = wallet.vp_token(object["nonce"].as_str().unwrap(), object["client_id"].as_str().unwrap());
    sent_back(wallet.answer(&answer, &object["state"]))
}

#[test]
fn a_request_relayed_to_somebody_elses_wallet_proves_nothing() {
    let (office, anna) = applicant();
    let mallory = office.stage.person("mallory", Role::Investor);
    mallory.post("/v1/investors", &profile(&ANNA)).expect(201);
    mallory.post("/v1/wallets", &json!({ "managed": true })).expect(201);

    // Mallory asks in Anna's name and sends her the link; her wallet shows the platform's own name, and she agrees.
    let (back, code) = answered(&office, &mallory);
    // Her wallet opens the browser: nobody is signed in there, or she is. Neither asked.
    let told = "they tried to use your credential";
    for browser in [Browser::at(&office.stage.url), browser_of(&office, "anna@example.org")] {
        let page = browser.get(&back);
        assert_eq!(page.status, 409);
        assert!(page.html.contains(told), "{}", page.html);
    }
    assert_eq!(hand_in(&anna, &code).status, 409);
    // Mallory has the session and no code.
    let nonce = ask(&mallory)["request_uri"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
    let guesses = [String::new(), "0".repeat(64), nonce];
    for guess in guesses {
        assert_eq!(hand_in(&mallory, &guess).status, 404, "{guess}");
    }
    assert_eq!((records(&office, &mallory), case_status(&mallory)), ((0, 0), Value::Null));
    // Anna herself is not hindered: her identifier is nobody's yet.
    let (_, own) = answered(&office, &anna);
    assert_eq!(hand_in(&anna, &own).expect(201)["accepted"], true);
}

#[test]
fn a_code_counts_in_the_session_that_asked_alone() {
    let (office, anna) = applicant();
    let (_, code) = answered(&office, &anna);
    let again = office.stage.sign_in("anna@example.org", PASSWORD);
    assert_eq!(hand_in(&again, &code).status, 409, "the same person in another session");
    assert_eq!(records(&office, &anna), (0, 0));
    assert_eq!(hand_in(&anna, &code).expect(201)["accepted"], true);
}

#[test]
fn a_code_ends_after_five_minutes_and_with_the_next_request() {
    let (office, anna) = applicant();
    let (_, replaced) = answered(&office, &anna);
    let (_, code) = answered(&office, &anna);
    assert_eq!(hand_in(&anna, &replaced).status, 409);
    advance(&office, 6);
    assert_eq!(hand_in(&anna, &code).status, 409);
    assert_eq!((records(&office, &anna), case_status(&anna)), ((0, 0), Value::Null));
}

#[test]
fn a_request_takes_one_answer_and_leaves_one_record() {
    let (office, anna) = applicant();
    let wallet = Wallet { office: &office, holder: SigningKey::ed25519(&[2; 32]).unwrap() };
    let object = wallet.fetch(&ask(&anna));
    let (nonce, client) = (object["nonce"].as_str().unwrap(), object["client_id"].as_str().unwrap());
    assert_eq!(refused(wallet.answer(&json!({}), &object["state"])), ["MALFORMED"]);
    for vp_token in [json!({}), wallet.vp_token(nonce, client), wallet.vp_token("another", client)] {
        assert_eq!(wallet.answer(&vp_token, &object["state"]).status, 409);
    }
    assert_eq!(records(&office, &anna), (1, 1));
}

#[test]
fn an_answer_to_something_else_is_refused() {
    let (office, anna) = applicant();
    let wallet = Wallet { office: &office, holder: SigningKey::ed25519(&[2; 32]).unwrap() };
    let asked = || {
        let object = wallet.fetch(&ask(&anna));
        let text = |name: &str| object[name].as_str().unwrap().to_owned();
        (text("nonce"), text("client_id"), object["state"].clone())
    };

    let (_, client, state) = asked();
    assert_eq!(refused(wallet.answer(&wallet.vp_token("another", &client), &state)), ["NONCE_MISMATCH"]);
    let (nonce, client, state) = asked();
    assert_eq!(refused(wallet.answer(&wallet.vp_token(&nonce, SITE), &state)), ["AUDIENCE_MISMATCH"]);
    // It was answered, if badly: whoever fails asks for a new one.
    assert_eq!(wallet.answer(&wallet.vp_token(&nonce, &client), &state).status, 409);

    let (nonce, client, state) = asked();
    let good = wallet.vp_token(&nonce, &client);
    assert_eq!(refused(wallet.answer(&json!({ "mdoc": good["jwt"] }), &state)), ["MALFORMED"]);
    let thief = Wallet { office: &office, holder: SigningKey::ed25519(&[3; 32]).unwrap() };
    let (nonce, client, state) = asked();
    let credentials = [office.credential(&ANNA, &wallet.holder, 400)];
    let stolen =
        NewPresentation { credentials: &credentials, nonce: &nonce, audience: &client, at: office.now() };
    let stolen = json!({ "jwt": [present(&thief.holder, Format::VcJwt, &stolen).unwrap()] });
    assert_eq!(refused(thief.answer(&stolen, &state)), ["SUBJECT_NOT_HOLDER"]);

    let (nonce, client, old) = asked();
    asked();
    assert_eq!(wallet.answer(&wallet.vp_token(&nonce, &client), &old).status, 409);

    assert_eq!(wallet.answer(&good, &json!("nothing")).status, 404);
    assert_eq!(wallet.post(&[("vp_token", "{}")]).refused_field(), "state");
    assert_eq!(wallet.get(&format!("{SITE}/openid4vp/requests/nothing")).status(), 404);
    assert!(anna.get("/v1/investors/current").expect(200)["case_status"].is_null());

    // A challenge that was given out to be answered by hand is no request of a wallet.
    let by_hand = anna.post("/v1/presentations/challenge", &json!({})).expect(201);
    let nonce = by_hand["nonce"].as_str().unwrap();
    assert_eq!(wallet.answer(&wallet.vp_token(nonce, SITE), &by_hand["nonce"]).status, 404);
}

#[test]
fn a_request_ends_after_ten_minutes() {
    let (office, anna) = applicant();
    let wallet = Wallet { office: &office, holder: SigningKey::ed25519(&[2; 32]).unwrap() };
    let request = ask(&anna);
    let object = wallet.fetch(&request);
    advance(&office, 11);
    assert_eq!(wallet.get(request["request_uri"].as_str().unwrap()).status(), 409);
    let answer = wallet.vp_token(object["nonce"].as_str().unwrap(), object["client_id"].as_str().unwrap());
    assert_eq!(wallet.answer(&answer, &object["state"]).status, 409);
    assert_eq!(records(&office, &anna), (0, 0));
}

#[test]
fn the_portal_shows_the_link_to_the_wallet_and_what_it_sent() {
    let (office, _) = applicant();
    let browser = browser_of(&office, "anna@example.org");
    let page = browser.get("/onboarding/credential");
    assert_eq!(page.form("/onboarding/credential/wallet").send(&browser).status, 303);
    let page = browser.get("/onboarding/credential");
    let links: Vec<_> = page.attributes("main a", "href");
    let link = links.iter().find(|link| link.starts_with("openid4vp://")).expect("a link");
    assert!(link.contains("client_id=decentralized_identifier%3Adid%3Aweb%3Aportal.example"), "{link}");

    let name = link.rsplit_once("%2F").unwrap().1;
    let wallet = Wallet { office: &office, holder: SigningKey::ed25519(&[2; 32]).unwrap() };
    let object = wallet.fetch(&json!({ "request_uri": format!("{SITE}/openid4vp/requests/{name}") }));
    let answer = wallet.vp_token(name, object["client_id"].as_str().unwrap());
    let (back, _) = sent_back(wallet.answer(&answer, &object["state"]));
    let look = |status: u16| {
        for tag in ["en", "zh-CN"] {
            let page = browser.get_with(&back, &[("accept-language", tag)]);
            assert_eq!(page.status, status);
            crate::in_order::in_order(&page, &back);
        }
    };
    look(200);
    let page = browser.get(&back);
    assert!(page.html.contains(wallet.holder.did()), "the identifier that arrived: {}", page.html);
    let yes = page.form("/onboarding/credential/return");
    let settled = yes.send(&browser);
    assert_eq!((settled.status, settled.location.as_deref()), (303, Some("/onboarding")));
    look(409);
    assert!(browser.get(&back).html.contains("used before"));
}
