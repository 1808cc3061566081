//! The attack suite: every attack in every format, none accepted; the same presentation without it passes.

use super::*;
use serde_json::json;

/// An attack: a presentation made in a format, and the reasons of which one at least must be given.
struct Attack {
    name: &'static str,
    craft: fn(Format) -> String,
    codes: &'static [Code],
}

/// The credential with `change` made to what it says, signed by `signer` in the name of the provider.
fn rewritten(signer: &SigningKey, format: Format, change: fn(&mut Value)) -> String {
    let honest = credential(format);
    match format {
        Format::DataIntegrity => {
            let mut document: Value = serde_json::from_str(&honest).unwrap();
            document.as_object_mut().unwrap().remove("proof");
            change(&mut document);
            proven(signer, &document, "assertionMethod")
        }
        Format::SdJwt => {
            let (token, disclosures) = honest.split_once('~').unwrap();
            format!("{}~{disclosures}", resigned(signer, token, change))
        }
        _ => resigned(signer, &honest, change),
    }
}

pub(super) fn proven(signer: &SigningKey, document: &Value, purpose: &'static str) -> String {
    let terms = crate::credential::signer::ProofTerms {
        purpose,
        created: about_anna().valid_from,
        challenge: None,
        domain: None,
    };
    signer.prove(document, &terms).unwrap().to_string()
}

/// The text of a presentation with one part replaced that every format has.
fn with_signature(presentation: &str, format: Format, signature: &str) -> String {
    if format == Format::DataIntegrity {
        let mut document: Value = serde_json::from_str(presentation).unwrap();
        document["proof"]["proofValue"] = signature.into();
        return document.to_string();
    }
    let (rest, _) = presentation.rsplit_once('.').unwrap();
    format!("{rest}.{signature}")
}

fn at_another_time(days: i64, format: Format) -> String {
    let mut other = about_anna();
    other.valid_from += TimeDelta::days(days);
    other.valid_until += TimeDelta::days(days);
    by_anna(format, issue(&provider(), format, &other).unwrap())
}

fn answering(format: Format, nonce: &str, audience: &str, made: TimeDelta) -> String {
    let credentials = [credential(format)];
    let presentation = NewPresentation { credentials: &credentials, nonce, audience, at: at() + made };
    present(&anna(), format, &presentation).unwrap()
}

const ATTACKS: [Attack; 17] = [
    Attack {
        name: "a stranger's key signs in the name of the provider",
        craft: |format| by_anna(format, rewritten(&mallory(), format, |_| {})),
        codes: &[Code::IssuerNotController],
    },
    Attack {
        name: "a stranger issues in their own name",
        craft: |format| by_anna(format, issue(&mallory(), format, &about_anna()).unwrap()),
        codes: &[Code::IssuerNotTrusted],
    },
    Attack {
        name: "the provider issues a type it is not trusted for",
        craft: |format| {
            let other = NewCredential { types: vec!["CourtOrder".to_owned()], ..about_anna() };
            by_anna(format, issue(&provider(), format, &other).unwrap())
        },
        codes: &[Code::IssuerNotTrusted],
    },
    Attack {
        name: "a claim is changed after signing",
        craft: |format| {
            let changed = |text: String| text.replace("professional", "institutional");
            let text = credential(format);
            by_anna(
                format,
                match format {
                    Format::DataIntegrity => changed(text),
                    Format::SdJwt => {
                        let parts = text.split('~').map(|part| match URL_SAFE_NO_PAD.decode(part) {
                            Ok(bytes) => URL_SAFE_NO_PAD.encode(changed(String::from_utf8(bytes).unwrap())),
                            Err(_) => part.to_owned(),
                        });
                        parts.collect::<Vec<_>>().join("~")
                    }
                    _ => {
                        let (header, payload, signature) = parts(&text);
                        let payload = serde_json::from_str(&changed(payload.to_string())).unwrap();
                        joined(&header, &payload, &signature)
                    }
                },
            )
        },
        codes: &[Code::SignatureInvalid, Code::Malformed],
    },
    Attack {
        name: "the credential has expired",
        craft: |format| at_another_time(-336, format),
        codes: &[Code::Expired],
    },
    Attack {
        name: "the credential does not hold yet",
        craft: |format| at_another_time(31, format),
        codes: &[Code::NotYetValid],
    },
    Attack {
        name: "the provider was not trusted when it issued",
        craft: |format| {
            let mut early = about_anna();
            early.valid_from = "2024-06-01T00:00:00Z".parse().unwrap();
            by_anna(format, issue(&provider(), format, &early).unwrap())
        },
        codes: &[Code::IssuerNotTrustedThen],
    },
    Attack {
        name: "a stolen credential is presented by the thief",
        craft: |format| presented(&mallory(), format, &[credential(format)]),
        codes: &[Code::SubjectNotHolder, Code::SignatureInvalid],
    },
    Attack {
        name: "the presentation answers another challenge",
        craft: |format| answering(format, "replayed", AUDIENCE, TimeDelta::zero()),
        codes: &[Code::NonceMismatch],
    },
    Attack {
        name: "the presentation was made for somebody else",
        craft: |format| answering(format, NONCE, "https://elsewhere.example", TimeDelta::zero()),
        codes: &[Code::AudienceMismatch],
    },
    Attack {
        name: "the presentation is from yesterday",
        craft: |format| answering(format, NONCE, AUDIENCE, TimeDelta::days(-1)),
        codes: &[Code::PresentationTooOld],
    },
    Attack {
        name: "the presentation is from tomorrow",
        craft: |format| answering(format, NONCE, AUDIENCE, TimeDelta::days(1)),
        codes: &[Code::NotYetValid],
    },
    Attack {
        name: "the presentation has the signature of another one",
        craft: |format| {
            let other = answering(format, "other", AUDIENCE, TimeDelta::zero());
            let signature = if format == Format::DataIntegrity {
                let other: Value = serde_json::from_str(&other).unwrap();
                other["proof"]["proofValue"].as_str().unwrap().to_owned()
            } else {
                other.rsplit_once('.').unwrap().1.to_owned()
            };
            with_signature(&honest(format), format, &signature)
        },
        codes: &[Code::SignatureInvalid],
    },
    Attack {
        name: "the presentation is not signed",
        craft: |format| with_signature(&honest(format), format, ""),
        codes: &[Code::SignatureInvalid, Code::Malformed],
    },
    Attack {
        name: "the algorithm is none",
        craft: |format| {
            let text = credential(format);
            if format == Format::DataIntegrity {
                return by_anna(format, text.replace("eddsa-rdfc-2022", "none"));
            }
            let (token, disclosures) = text.split_once('~').unwrap_or((&text, ""));
            let (mut header, payload, _) = parts(token);
            header["alg"] = "none".into();
            let unsigned = joined(&header, &payload, "");
            let tilde = if format == Format::SdJwt { "~" } else { "" };
            by_anna(format, format!("{unsigned}{tilde}{disclosures}"))
        },
        codes: &[Code::AlgorithmNotAllowed],
    },
    Attack {
        name: "the credential comes alone",
        craft: |format| credential(format),
        codes: &[Code::Malformed, Code::NotPresented],
    },
    Attack {
        name: "its status cannot be had",
        craft: |format| {
            let status =
                crate::credential::StatusEntry { list: "https://kyc.example/status/1".to_owned(), index: 7 };
            let with = NewCredential { status: Some(status), ..about_anna() };
            by_anna(format, issue(&provider(), format, &with).unwrap())
        },
        codes: &[Code::StatusUnavailable],
    },
];

#[test]
fn no_attack_is_accepted_in_any_format() {
    let mut tried = 0;
    for format in ALL {
        for attack in &ATTACKS {
            let decision = judged(&(attack.craft)(format));
            assert!(!decision.accepted && decision.claims.is_none(), "{format:?}: {}", attack.name);
            let given = decision.reasons.iter().any(|reason| attack.codes.contains(&reason.code));
            assert!(given, "{format:?}: {}: {decision:#?}", attack.name);
            tried += 1;
        }
    }
    assert_eq!(tried, 68);
}

#[test]
fn no_honest_presentation_is_refused_in_any_format() {
    for format in ALL {
        assert_accepted(&judged(&honest(format)));
    }
}

#[test]
fn a_key_that_is_not_meant_for_it_cannot_issue_or_present() {
    let did = "did:web:kyc.example";
    let jwk = key_of(&provider());
    let document = |purpose: &str| {
        json!({
            "@context": "https://www.w3.org/ns/did/v1",
            "id": did,
            "verificationMethod": [
                { "id": format!("{did}#1"), "type": "Multikey", "controller": did, "publicKeyMultibase": jwk }
            ],
            purpose: [format!("{did}#1")],
        })
        .to_string()
    };
    let issuer = provider().under(did, "1");
    let about = NewCredential { subject: anna().did().to_owned(), ..about_anna() };
    let policy = CredentialPolicy::try_from(PolicyFile::trusting(vec![trust(&issuer)])).unwrap();
    for format in ALL {
        let presentation = by_anna(format, issue(&issuer, format, &about).unwrap());
        for (purpose, codes) in [
            ("assertionMethod", [].as_slice()),
            ("authentication", &[Code::KeyPurpose]),
            ("keyAgreement", &[Code::KeyPurpose]),
        ] {
            let web = Web::default().with("https://kyc.example/.well-known/did.json", document(purpose));
            let decision = policy.verify_presentation(&presentation, &expected(), &web);
            let found: Vec<_> = decision.reasons.iter().map(|reason| reason.code).collect();
            assert_eq!(found, codes, "{format:?} {purpose}");
        }
        let offline = policy.verify_presentation(&presentation, &expected(), &Offline);
        assert_refused(&offline, &[Code::KeyUnresolved]);
    }
}

/// The public key of a `did:key` as it stands in a document.
fn key_of(key: &SigningKey) -> String {
    key.did().strip_prefix("did:key:").unwrap().to_owned()
}
