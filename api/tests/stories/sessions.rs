//! Signing in and out, and what is refused at the door.

use crate::stage::Stage;
use domain::party::Role;
use serde_json::json;

#[test]
fn a_session_opens_shows_who_it_is_and_ends() {
    let stage = Stage::start();
    let anna = stage.person("anna", Role::Investor);
    assert_eq!(anna.get("/v1/sessions/current").expect(200)["role"], "investor");
    let answer = anna.request(reqwest::Method::DELETE, "/v1/sessions/current").send().unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(anna.get("/v1/sessions/current").expect(401)["type"], "/problems/signed-out");
}

#[test]
fn what_is_not_a_session_opens_nothing() {
    let stage = Stage::start();
    let anna = stage.person("anna", Role::Investor);
    for (body, status, kind) in [
        (json!({ "email": "anna@example.org", "password": "wrong" }), 401, "/problems/wrong-credentials"),
        (json!({ "email": "nobody@example.org", "password": "wrong" }), 401, "/problems/wrong-credentials"),
        (json!({ "email": "anna@example.org" }), 422, "/problems/invalid"),
        (json!([]), 422, "/problems/invalid"),
    ] {
        assert_eq!(anna.post("/v1/sessions", &body).expect(status)["type"], kind, "{body}");
    }
    assert_eq!(anna.get("/v1/pools/nothing/here").expect(404)["type"], "/problems/not-found");
}
