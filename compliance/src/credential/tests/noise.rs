//! Noise: whatever comes in, the answer is a refusal and never a panic.

use super::*;
use crate::credential::{KeyWallets, WalletExpectation, verify_sign_in};
use proptest::prelude::*;

fn refused(input: &str) {
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.accept_unpresented = true;
    let policy = CredentialPolicy::try_from(file).unwrap();
    let decision = policy.verify(input, &expected(), &Offline);
    assert!(!decision.accepted && !decision.reasons.is_empty() && decision.claims.is_none());
    assert!(decision.reasons.iter().all(|reason| reason.detail.chars().count() <= 240));
}

/// The honest text with some of its bytes replaced, cut or doubled.
fn mangled(text: &str, places: &[(usize, u8)]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (place, byte) in places {
        let place = place % bytes.len().max(1);
        match byte % 4 {
            0 => bytes.truncate(place),
            1 => bytes.insert(place, b'~'),
            2 => bytes.insert(place, b'.'),
            _ => bytes.get_mut(place).into_iter().for_each(|old| *old = byte % 95 + 32),
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_refused(text in any::<String>()) {
        refused(&text);
        refused(&format!("{{{text}"));
        refused(&format!("{text}.{text}.{text}~{text}"));
    }

    #[test]
    fn any_json_is_refused(text in "[\\[\\]{}\":,a-z0-9@_.-]{0,200}") {
        let part = URL_SAFE_NO_PAD.encode(&text);
        refused(&format!("{part}.{part}.{part}"));
        refused(&format!("{part}.{part}.{part}~{part}~{part}.{part}.{part}"));
        refused(&text);
    }

    #[test]
    fn a_mangled_presentation_is_refused(
        format in prop::sample::select(ALL.to_vec()),
        places in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4),
    ) {
        let honest = honest(format);
        let mangled = mangled(&honest, &places);
        // A byte may be replaced by itself, and spaces around do not count.
        prop_assume!(mangled.trim() != honest);
        let decision = policy().verify(&mangled, &expected(), &Offline);
        // A document means what its dataset says: a space between members changes nothing.
        let same = format == Format::DataIntegrity
            && serde_json::from_str::<Value>(&mangled).ok() == serde_json::from_str(&honest).ok();
        prop_assert!(decision.accepted == same, "{mangled}");
    }

    #[test]
    fn any_message_and_signature_is_refused(text in any::<String>(), signature in any::<Vec<u8>>()) {
        let expected = WalletExpectation {
            domain: "muniment.example", chain_id: 1, nonce: NONCE, nonce_used: false, at: at(), contracts: &KeyWallets,
        };
        prop_assert!(verify_sign_in(&text, &signature, &expected).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_did_is_refused(
        method in "key|jwk|pkh|ethr|web|ion|tz|x",
        id in "(z|eip155:1:|eip155:|tezos:x:|solana:x:|bip122:x:|0x|0x5:0x)?[a-zA-Z0-9._:%-]{0,80}",
        fragment in "(#[ -~]{0,20})?",
    ) {
        let did = format!("did:{method}:{id}");
        let claims = serde_json::json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": did, "nonce": NONCE, "aud": AUDIENCE, "iat": at().timestamp(),
            "verifiableCredential": [credential(Format::VcJose)],
        });
        for algorithm in ["EdDSA", "ES256", "ES256K-R"] {
            let mut header = serde_json::json!({ "alg": algorithm });
            if !fragment.is_empty() {
                header["kid"] = format!("{did}{fragment}").into();
            }
            refused(&joined(&header, &claims, &"A".repeat(87)));
        }
    }
}

#[test]
fn a_long_document_is_refused_before_it_is_computed() {
    let mut long: Value = serde_json::from_str(&credential(Format::DataIntegrity)).unwrap();
    let things = (0..300).map(|n| serde_json::json!({ "id": format!("urn:{n}"), "a": n.to_string() }));
    long["credentialSubject"]["knows"] = things.collect();
    let decision = judged(&by_anna(Format::VcJose, long.to_string()));
    assert_refused(&decision, &[Code::Malformed]);
    assert!(decision.reasons[0].detail.ends_with("more than 256 objects"), "{decision:?}");
}
