//! How long the policy takes to judge, in each format: `cargo bench -p muniment-compliance --bench credential`.
#![allow(clippy::unwrap_used, reason = "a bench stops by panicking")]

use chrono::{DateTime, TimeDelta, Utc};
use muniment_compliance::credential::{
    CredentialPolicy, Expectation, Format, NewCredential, NewPresentation, Offline, PolicyFile, SigningKey,
    TrustedIssuer, issue, present,
};
use std::{hint::black_box, time::Instant};

const ROUNDS: usize = 1_000;
const NONCE: &str = "n-0S6_WzA2Mj";
const AUDIENCE: &str = "https://muniment.example";

/// Judges a presentation many times and prints how long half and 99 of 100 of them took at most.
fn measure(name: &str, policy: &CredentialPolicy, presentation: &str, at: DateTime<Utc>) {
    let expected = Expectation { nonce: NONCE, nonce_used: false, audience: AUDIENCE, at };
    let mut micros: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            assert!(black_box(policy.verify_presentation(presentation, &expected, &Offline)).accepted);
            start.elapsed().as_micros()
        })
        .collect();
    micros.sort_unstable();
    println!("{name:<44} p50 {:>7} µs   p99 {:>7} µs", micros[ROUNDS / 2], micros[ROUNDS * 99 / 100]);
}

fn main() {
    let at: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
    let issuer = SigningKey::ed25519(&[1; 32]).unwrap();
    let holders =
        [("Ed25519", SigningKey::ed25519(&[2; 32]).unwrap()), ("P-256", SigningKey::p256(&[2; 32]).unwrap())];
    let trusted = TrustedIssuer {
        issuer: issuer.did().to_owned(),
        types: vec!["KycCredential".to_owned()],
        from: at - TimeDelta::days(365),
        until: None,
    };
    let policy = CredentialPolicy::try_from(PolicyFile::trusting(vec![trusted])).unwrap();
    for (curve, holder) in &holders {
        let credential = |number: usize| NewCredential {
            id: format!("urn:uuid:6c2b1f8e-0d6c-4f0e-9a53-0f6f1f1f0a{number:02}"),
            types: vec!["KycCredential".to_owned()],
            subject: holder.did().to_owned(),
            name: Some("Anna Schmidt".to_owned()),
            date_of_birth: None,
            country: "DE".parse().ok(),
            investor_class: "professional".parse().ok(),
            wallet: None,
            valid_from: at - TimeDelta::days(30),
            valid_until: at + TimeDelta::days(335),
            status: None,
        };
        for (format, count) in [
            (Format::VcJwt, 1),
            (Format::VcJwt, 3),
            (Format::VcJose, 1),
            (Format::SdJwt, 1),
            (Format::DataIntegrity, 1),
            (Format::DataIntegrity, 3),
        ] {
            let issued = |number| issue(&issuer, format, &credential(number)).unwrap();
            let credentials: Vec<_> = (0..count).map(issued).collect();
            let presentation =
                NewPresentation { credentials: &credentials, nonce: NONCE, audience: AUDIENCE, at };
            let presentation = present(holder, format, &presentation).unwrap();
            let name = format!("{format:?}, {count} credentials, holder {curve}");
            measure(&name, &policy, &presentation, at);
        }
    }
}
