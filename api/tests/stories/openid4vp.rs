//! A wallet app presents: it fetches the signed request, answers by `direct_post`, and the case of its owner goes on.

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
    assert_eq!(wallet.answer(&answer, &object["state"]).expect(200), json!({}));
    let standing = anna.get("/v1/investors/current").expect(200);
    assert_eq!(standing["case_status"], "open");
    let records = anna.get("/v1/presentations").expect(200);
    assert_eq!((records.as_array().unwrap().len(), &records[0]["accepted"]), (1, &json!(true)));

    assert_eq!(refused(wallet.answer(&answer, &object["state"])), ["NONCE_USED"]);
    assert_eq!(wallet.get(request["request_uri"].as_str().unwrap()).status(), 409);
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

    let (nonce, client, state) = asked();
    assert_eq!(refused(wallet.answer(&wallet.vp_token("another", &client), &state)), ["NONCE_MISMATCH"]);
    assert_eq!(refused(wallet.answer(&wallet.vp_token(&nonce, SITE), &state)), ["AUDIENCE_MISMATCH"]);
    // It was answered, if badly: whoever fails asks for a new one.
    assert_eq!(refused(wallet.answer(&wallet.vp_token(&nonce, &client), &state)), ["NONCE_USED"]);

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
    assert_eq!(refused(wallet.answer(&wallet.vp_token(&nonce, &client), &old)), ["NONCE_USED"]);

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
    let operator = office.stage.person("operator", Role::Operator);
    let later = office.now() + chrono::TimeDelta::minutes(11);
    operator.post("/v1/clock/advance", &json!({ "to": later.to_rfc3339() })).expect(200);
    office.stage.wait_until("the clock arrives", || office.now() >= later);
    assert_eq!(wallet.get(request["request_uri"].as_str().unwrap()).status(), 409);
    let answer = wallet.vp_token(object["nonce"].as_str().unwrap(), object["client_id"].as_str().unwrap());
    assert_eq!(refused(wallet.answer(&answer, &object["state"])), ["EXPIRED", "CHALLENGE_EXPIRED"]);
}

#[test]
fn the_portal_shows_the_link_to_the_wallet() {
    let (office, _) = applicant();
    let browser = Browser::at(&office.stage.url);
    let form = browser.get("/sign-in").form("/sign-in");
    assert_eq!(form.set("email", "anna@example.org").set("password", PASSWORD).send(&browser).status, 303);
    let page = browser.get("/onboarding/credential");
    assert_eq!(page.form("/onboarding/credential/wallet").send(&browser).status, 303);
    let page = browser.get("/onboarding/credential");
    let links: Vec<_> = page.attributes("main a", "href");
    let link = links.iter().find(|link| link.starts_with("openid4vp://")).expect("a link");
    assert!(link.contains("client_id=decentralized_identifier%3Adid%3Aweb%3Aportal.example"), "{link}");
}
