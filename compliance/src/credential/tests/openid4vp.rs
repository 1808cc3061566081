//! OpenID4VP: what is asked of a wallet, and what is taken for an answer.

use super::*;
use crate::credential::{CredentialQuery, PresentationRequest, PresentationResponse, sign_request};
use serde_json::json;

const STATE: &str = "af0ifjsldkj";

fn verifier() -> SigningKey {
    SigningKey::ed25519(&[9; 32]).unwrap().under("did:web:muniment.example", "1")
}

fn request() -> PresentationRequest {
    let way =
        |id: &str, format| CredentialQuery { id: id.into(), format, types: vec!["KycCredential".into()] };
    PresentationRequest {
        verifier: "did:web:muniment.example".to_owned(),
        response_uri: "https://muniment.example/openid4vp/responses".to_owned(),
        nonce: NONCE.to_owned(),
        state: STATE.to_owned(),
        credentials: vec![
            way("jwt", Format::VcJwt),
            way("sd", Format::SdJwt),
            way("document", Format::DataIntegrity),
        ],
        issued_at: at(),
        expires_at: at() + TimeDelta::minutes(5),
    }
}

fn answer(format: Format, audience: &str) -> Value {
    let credentials = [credential(format)];
    let presentation = NewPresentation { credentials: &credentials, nonce: NONCE, audience, at: at() };
    let text = present(&anna(), format, &presentation).unwrap();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

fn judged(vp_token: &Value, state: &str, seconds: i64) -> Decision {
    let text = vp_token.to_string();
    let response = PresentationResponse { vp_token: &text, state };
    let moment = (false, at() + TimeDelta::seconds(seconds));
    policy().verify_response(&request(), &response, moment, &Offline)
}

#[test]
fn a_wallet_is_asked_in_the_words_of_the_standard() {
    let (header, payload, _) = parts(&sign_request(&verifier(), &request()).unwrap());
    assert_eq!(header["typ"], "oauth-authz-req+jwt");
    assert_eq!(header["kid"], "did:web:muniment.example#1");
    assert_eq!(payload["client_id"], "decentralized_identifier:did:web:muniment.example");
    assert_eq!(
        (&payload["response_type"], &payload["response_mode"]),
        (&json!("vp_token"), &json!("direct_post"))
    );
    assert_eq!((&payload["nonce"], &payload["state"]), (&json!(NONCE), &json!(STATE)));
    let queries = json!([
        { "id": "jwt", "format": "jwt_vc_json", "meta": { "type_values": [["KycCredential"]] } },
        { "id": "sd", "format": "dc+sd-jwt", "meta": { "vct_values": ["KycCredential"] } },
        { "id": "document", "format": "ldp_vc", "meta": { "type_values": [["KycCredential"]] } },
    ]);
    assert_eq!(payload["dcql_query"]["credentials"], queries);
    let sets = json!([{ "options": [["jwt"], ["sd"], ["document"]] }]);
    assert_eq!(payload["dcql_query"]["credential_sets"], sets);
}

#[test]
fn an_answer_in_any_of_the_ways_is_taken() {
    let client = request().client_id();
    for (id, format) in [("jwt", Format::VcJwt), ("sd", Format::SdJwt), ("document", Format::DataIntegrity)] {
        assert_accepted(&judged(&json!({ id: [answer(format, &client)] }), STATE, 0));
    }
}

#[test]
fn an_answer_to_something_else_is_refused() {
    let client = request().client_id();
    let good = json!({ "jwt": [answer(Format::VcJwt, &client)] });
    assert_refused(&judged(&good, "", 0), &[Code::NonceMismatch]);
    assert_refused(&judged(&good, "other", 0), &[Code::NonceMismatch]);
    assert_refused(&judged(&good, STATE, 300), &[Code::Expired]);
    let elsewhere = json!({ "jwt": [answer(Format::VcJwt, "did:web:muniment.example")] });
    assert_refused(&judged(&elsewhere, STATE, 0), &[Code::AudienceMismatch]);
    let one = good["jwt"][0].clone();
    for odd in [
        json!({}),
        json!([one]),
        json!(one),
        json!({ "jwt": one }),
        json!({ "jwt": [] }),
        json!({ "jwt": [one, one] }),
        json!({ "mdoc": [one] }),
        json!({ "jwt": [one], "sd": [one] }),
        json!({ "jwt": [7] }),
    ] {
        assert_refused(&judged(&odd, STATE, 0), &[Code::Malformed]);
    }
    let mut other = request();
    other.credentials[0].types = vec!["CourtOrder".to_owned()];
    let text = good.to_string();
    let response = PresentationResponse { vp_token: &text, state: STATE };
    let decision = policy().verify_response(&other, &response, (false, at()), &Offline);
    assert_refused(&decision, &[Code::RequiredTypeMissing]);
    let again = policy().verify_response(&request(), &response, (true, at()), &Offline);
    assert_refused(&again, &[Code::NonceUsed]);
}
