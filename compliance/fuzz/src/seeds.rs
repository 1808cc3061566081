//! What the fuzzer begins with: an honest credential and presentation in each format.

use crate::people::{AUDIENCE, NONCE, at, policy, provider};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use muniment_compliance::credential::{Format, NewCredential, NewPresentation, SigningKey, issue, present};
use std::path::Path;

/// Writes them into a folder that is there.
pub(crate) fn write(folder: &Path) {
    let holder = SigningKey::p256(&[2; 32]).expect("a key");
    let about = NewCredential {
        id: "urn:uuid:6c2b1f8e-0d6c-4f0e-9a53-0f6f1f1f0a01".to_owned(),
        types: vec!["KycCredential".to_owned()],
        subject: holder.did().to_owned(),
        name: Some("Anna Schmidt".to_owned()),
        date_of_birth: None,
        country: "DE".parse().ok(),
        investor_class: "professional".parse().ok(),
        wallet: None,
        valid_from: at() - TimeDelta::days(30),
        valid_until: at() + TimeDelta::days(335),
        status: None,
    };
    for format in policy().file().formats.clone() {
        let credential = issue(&provider(), format, &about).expect("a credential");
        let credentials = [credential.clone()];
        let new = NewPresentation { credentials: &credentials, nonce: NONCE, audience: AUDIENCE, at: at() };
        let presentation = present(&holder, format, &new).expect("a presentation");
        for (name, text) in [("credential", credential), ("presentation", presentation)] {
            let write = |kind: &str, text: &str| {
                std::fs::write(folder.join(format!("{name}-{format:?}-{kind}")), text).expect("a file");
            };
            write("whole", &text);
            if let Some(parts) = in_clear(format, &text) {
                write("parts", &parts);
            }
        }
    }
}

/// The parts of a token, a line each, as the fuzzer changes them.
fn in_clear(format: Format, text: &str) -> Option<String> {
    let mark = match format {
        Format::DataIntegrity => return None,
        Format::SdJwt => "S",
        _ => "J",
    };
    let parts = text.split(['.', '~']).map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace('\n', " ")
    });
    Some(format!("{mark}{}", parts.collect::<Vec<_>>().join("\n")))
}
