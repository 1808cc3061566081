//! What comes in is read as a credential, a presentation, a sign-in message and the answer to a request. Nothing that the
//! fuzzer can make is signed by the holder for this moment, so that the answer is always a refusal with its reasons.
#![no_main]

mod people;
mod seeds;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use muniment_compliance::credential::{
    CredentialPolicy, Expectation, KeyWallets, Offline, WalletExpectation, verify_sign_in,
};
use people::{AUDIENCE, NONCE, at, policy};
use std::sync::LazyLock;

static POLICY: LazyLock<CredentialPolicy> = LazyLock::new(policy);

/// The fuzzer changes bytes, and a token hides them in base64url: an input that begins with `J` or `S` gives the parts of a
/// JWT or of an SD-JWT a line each, in clear.
fn shaped(data: &str) -> String {
    let encoded = |text: &str| text.lines().map(|line| URL_SAFE_NO_PAD.encode(line)).collect::<Vec<_>>();
    match data.split_at_checked(1) {
        Some(("J", rest)) => encoded(rest).join("."),
        Some(("S", rest)) => {
            let parts = encoded(rest);
            let (token, disclosures) = parts.split_at(parts.len().min(3));
            format!("{}~{}~", token.join("."), disclosures.join("~"))
        }
        _ => data.to_owned(),
    }
}

fuzz_target!(init: if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
    seeds::write(folder.as_ref());
}, |data: &str| {
    let input = shaped(data);
    // The nonce is used up: even the honest seeds are refused.
    let expected = Expectation { nonce: NONCE, nonce_used: true, audience: AUDIENCE, at: at() };
    let decision = POLICY.verify_presentation(&input, &expected, &Offline);
    assert!(!decision.accepted && !decision.reasons.is_empty() && decision.claims.is_none());
    assert!(decision.reasons.iter().all(|reason| reason.detail.chars().count() <= 240));
    // A credential alone may hold when the fuzzer left its proof alone; reading it must not stop the program.
    let _ = POLICY.verify(&input, &expected, &Offline);
    let wallet = WalletExpectation {
        domain: "muniment.example",
        chain_id: 1,
        nonce: NONCE,
        nonce_used: true,
        at: at(),
        contracts: &KeyWallets,
    };
    assert!(verify_sign_in(&input, data.as_bytes(), &wallet).is_err());
});
