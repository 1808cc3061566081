//! The attack suite: every attack in every column, none accepted; the same presentation without it passes.

use super::selective::{self, SHOWN, registrar};
use super::*;
use serde_json::json;

/// A column of the suite: a form of credentials and presentations, and the keys of those who play.
struct Cast {
    column: &'static str,
    format: Format,
    /// Whether the issuer signs every statement by itself, and the holder shows some.
    selective: bool,
    provider: SigningKey,
    holder: SigningKey,
    stranger: SigningKey,
}

impl Cast {
    fn all() -> Vec<Self> {
        let cast = |column, format| Self {
            column,
            format,
            selective: false,
            provider: provider(),
            holder: anna(),
            stranger: mallory(),
        };
        let on_p384 = |column, format| {
            let key = |seed| SigningKey::p384(&[seed; 48]).unwrap();
            Self { provider: key(1), holder: key(2), stranger: key(3), ..cast(column, format) }
        };
        vec![
            cast("JWT, data model 1.1", Format::VcJwt),
            cast("JOSE, data model 2.0", Format::VcJose),
            cast("SD-JWT", Format::SdJwt),
            cast("Data Integrity", Format::DataIntegrity),
            Self {
                selective: true,
                provider: registrar(),
                stranger: SigningKey::p256(&[3; 32]).unwrap(),
                ..cast("ecdsa-sd-2023", Format::DataIntegrity)
            },
            on_p384("JWT by ES384", Format::VcJwt),
            on_p384("JOSE by ES384", Format::VcJose),
            on_p384("SD-JWT by ES384", Format::SdJwt),
            on_p384("ecdsa-rdfc-2019 on P-384", Format::DataIntegrity),
        ]
    }

    fn about(&self) -> NewCredential {
        NewCredential { subject: self.holder.did().to_owned(), ..about_anna() }
    }

    fn issued(&self, issuer: &SigningKey, about: &NewCredential) -> String {
        if self.selective {
            return self.shown(issuer, &selective::unsigned(issuer, about));
        }
        issue(issuer, self.format, about).unwrap()
    }

    /// The document as the signer signs it, selectively, and the holder shows it.
    fn shown(&self, signer: &SigningKey, document: &Value) -> String {
        let has_status = document.get("credentialStatus").is_some();
        let status = has_status.then_some("/credentialStatus");
        let pointers: Vec<_> = SHOWN.into_iter().chain(status).collect();
        selective::derived(&selective::base(signer, document), &pointers)
    }

    fn credential(&self) -> String {
        self.issued(&self.provider, &self.about())
    }

    fn presented(&self, credential: String) -> String {
        presented(&self.holder, self.format, &[credential])
    }

    fn honest(&self) -> String {
        self.presented(self.credential())
    }

    /// The credential signed by the stranger in the name of the provider.
    fn forged(&self) -> String {
        let honest = self.credential();
        match self.format {
            Format::DataIntegrity => {
                let mut document: Value = serde_json::from_str(&honest).unwrap();
                document.as_object_mut().unwrap().remove("proof");
                if self.selective {
                    return self.shown(&self.stranger, &document);
                }
                proven(&self.stranger, &document, "assertionMethod")
            }
            Format::SdJwt => {
                let (token, disclosures) = honest.split_once('~').unwrap();
                format!("{}~{disclosures}", resigned(&self.stranger, token, |_| {}))
            }
            _ => resigned(&self.stranger, &honest, |_| {}),
        }
    }

    fn at_another_time(&self, days: i64) -> String {
        let mut other = self.about();
        other.valid_from += TimeDelta::days(days);
        other.valid_until += TimeDelta::days(days);
        self.presented(self.issued(&self.provider, &other))
    }

    fn answering(&self, nonce: &str, audience: &str, made: TimeDelta) -> String {
        let credentials = [self.credential()];
        let presentation = NewPresentation { credentials: &credentials, nonce, audience, at: at() + made };
        present(&self.holder, self.format, &presentation).unwrap()
    }

    /// The text of a presentation with one part replaced that every format has.
    fn with_signature(&self, presentation: &str, signature: &str) -> String {
        if self.format == Format::DataIntegrity {
            let mut document: Value = serde_json::from_str(presentation).unwrap();
            document["proof"]["proofValue"] = signature.into();
            return document.to_string();
        }
        let (rest, _) = presentation.rsplit_once('.').unwrap();
        format!("{rest}.{signature}")
    }

    fn judged(&self, presentation: &str) -> Decision {
        let policy = CredentialPolicy::try_from(PolicyFile::trusting(vec![trust(&self.provider)])).unwrap();
        policy.verify_presentation(presentation, &expected(), &Offline)
    }
}

/// An attack: a presentation made in a column, and the reasons of which one at least must be given.
struct Attack {
    name: &'static str,
    craft: fn(&Cast) -> String,
    codes: &'static [Code],
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

const ATTACKS: [Attack; 17] = [
    Attack {
        name: "a stranger's key signs in the name of the provider",
        craft: |cast| cast.presented(cast.forged()),
        codes: &[Code::IssuerNotController],
    },
    Attack {
        name: "a stranger issues in their own name",
        craft: |cast| cast.presented(cast.issued(&cast.stranger, &cast.about())),
        codes: &[Code::IssuerNotTrusted],
    },
    Attack {
        name: "the provider issues a type it is not trusted for",
        craft: |cast| {
            let other = NewCredential { types: vec!["CourtOrder".to_owned()], ..cast.about() };
            cast.presented(cast.issued(&cast.provider, &other))
        },
        codes: &[Code::IssuerNotTrusted],
    },
    Attack {
        name: "a claim is changed after signing",
        craft: |cast| {
            let changed = |text: String| text.replace("professional", "institutional");
            let text = cast.credential();
            cast.presented(match cast.format {
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
            })
        },
        codes: &[Code::SignatureInvalid, Code::Malformed],
    },
    Attack {
        name: "the credential has expired",
        craft: |cast| cast.at_another_time(-336),
        codes: &[Code::Expired],
    },
    Attack {
        name: "the credential does not hold yet",
        craft: |cast| cast.at_another_time(31),
        codes: &[Code::NotYetValid],
    },
    Attack {
        name: "the provider was not trusted when it issued",
        craft: |cast| {
            let mut early = cast.about();
            early.valid_from = "2024-06-01T00:00:00Z".parse().unwrap();
            cast.presented(cast.issued(&cast.provider, &early))
        },
        codes: &[Code::IssuerNotTrustedThen],
    },
    Attack {
        name: "a stolen credential is presented by the thief",
        craft: |cast| presented(&cast.stranger, cast.format, &[cast.credential()]),
        codes: &[Code::SubjectNotHolder, Code::SignatureInvalid],
    },
    Attack {
        name: "the presentation answers another challenge",
        craft: |cast| cast.answering("replayed", AUDIENCE, TimeDelta::zero()),
        codes: &[Code::NonceMismatch],
    },
    Attack {
        name: "the presentation was made for somebody else",
        craft: |cast| cast.answering(NONCE, "https://elsewhere.example", TimeDelta::zero()),
        codes: &[Code::AudienceMismatch],
    },
    Attack {
        name: "the presentation is from yesterday",
        craft: |cast| cast.answering(NONCE, AUDIENCE, TimeDelta::days(-1)),
        codes: &[Code::PresentationTooOld],
    },
    Attack {
        name: "the presentation is from tomorrow",
        craft: |cast| cast.answering(NONCE, AUDIENCE, TimeDelta::days(1)),
        codes: &[Code::NotYetValid],
    },
    Attack {
        name: "the presentation has the signature of another one",
        craft: |cast| {
            let other = cast.answering("other", AUDIENCE, TimeDelta::zero());
            let signature = if cast.format == Format::DataIntegrity {
                let other: Value = serde_json::from_str(&other).unwrap();
                other["proof"]["proofValue"].as_str().unwrap().to_owned()
            } else {
                other.rsplit_once('.').unwrap().1.to_owned()
            };
            cast.with_signature(&cast.honest(), &signature)
        },
        codes: &[Code::SignatureInvalid],
    },
    Attack {
        name: "the presentation is not signed",
        craft: |cast| cast.with_signature(&cast.honest(), ""),
        codes: &[Code::SignatureInvalid, Code::Malformed],
    },
    Attack {
        name: "the algorithm is none",
        craft: |cast| {
            let text = cast.credential();
            if cast.format == Format::DataIntegrity {
                let mut document: Value = serde_json::from_str(&text).unwrap();
                document["proof"]["cryptosuite"] = "none".into();
                return cast.presented(document.to_string());
            }
            let (token, disclosures) = text.split_once('~').unwrap_or((&text, ""));
            let (mut header, payload, _) = parts(token);
            header["alg"] = "none".into();
            let unsigned = joined(&header, &payload, "");
            let tilde = if cast.format == Format::SdJwt { "~" } else { "" };
            cast.presented(format!("{unsigned}{tilde}{disclosures}"))
        },
        codes: &[Code::AlgorithmNotAllowed],
    },
    Attack {
        name: "the credential comes alone",
        craft: Cast::credential,
        codes: &[Code::Malformed, Code::NotPresented],
    },
    Attack {
        name: "its status cannot be had",
        craft: |cast| {
            let status =
                crate::credential::StatusEntry { list: "https://kyc.example/status/1".to_owned(), index: 7 };
            let with = NewCredential { status: Some(status), ..cast.about() };
            cast.presented(cast.issued(&cast.provider, &with))
        },
        codes: &[Code::StatusUnavailable],
    },
];

#[test]
fn no_attack_is_accepted_in_any_column() {
    let mut tried = 0;
    for cast in Cast::all() {
        for attack in &ATTACKS {
            let decision = cast.judged(&(attack.craft)(&cast));
            assert!(!decision.accepted && decision.claims.is_none(), "{}: {}", cast.column, attack.name);
            let given = decision.reasons.iter().any(|reason| attack.codes.contains(&reason.code));
            assert!(given, "{}: {}: {decision:#?}", cast.column, attack.name);
            tried += 1;
        }
    }
    assert_eq!(tried, 153);
}

#[test]
fn no_honest_presentation_is_refused_in_any_column() {
    for cast in Cast::all() {
        let decision = cast.judged(&cast.honest());
        assert!(decision.accepted && decision.reasons.is_empty(), "{}: {decision:#?}", cast.column);
        let claims = decision.claims.unwrap();
        assert_eq!(claims.name.as_deref(), Some("Anna Schmidt"), "{}", cast.column);
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
