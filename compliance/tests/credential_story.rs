//! The story of onboarding, with what other rooms can see of credentials: issue, present, judge, revoke.
#![allow(clippy::unwrap_used, reason = "a test stops by panicking")]

use chrono::{DateTime, TimeDelta, Utc};
use muniment_compliance::credential::{
    Code, CredentialPolicy, Decision, Expectation, Fetch, Fetched, Format, NewCredential, NewPresentation,
    NewStatusList, Offline, PolicyFile, SigningKey, StatusEntry, StatusList, TrustedIssuer, issue,
    issue_status_list, present,
};

const LIST: &str = "https://kyc.example/status/1";
const AUDIENCE: &str = "https://muniment.example";

/// A status list as it was fetched a minute ago.
struct Published(String, DateTime<Utc>);

impl Fetch for Published {
    fn fetch(&self, url: &str) -> Result<Fetched, String> {
        let fetched = Fetched { body: self.0.clone().into_bytes(), at: self.1 - TimeDelta::minutes(1) };
        if url == LIST { Ok(fetched) } else { Err(format!("{url} is not known")) }
    }
}

/// The parties of the story.
struct Story {
    provider: SigningKey,
    person: SigningKey,
    policy: CredentialPolicy,
}

impl Story {
    fn begin(now: DateTime<Utc>) -> Self {
        let provider = SigningKey::ed25519(&[11; 32]).unwrap();
        let trusted = TrustedIssuer {
            issuer: provider.did().to_owned(),
            types: vec!["KycCredential".to_owned()],
            from: now - TimeDelta::days(365),
            until: None,
        };
        let file = PolicyFile {
            required_types: vec!["KycCredential".to_owned()],
            ..PolicyFile::trusting(vec![trusted])
        };
        let policy = CredentialPolicy::try_from(file).unwrap();
        Self { provider, person: SigningKey::ed25519(&[12; 32]).unwrap(), policy }
    }

    fn credential(&self, now: DateTime<Utc>) -> String {
        let credential = NewCredential {
            id: "urn:uuid:0193f1c0-0000-7000-8000-000000000001".to_owned(),
            types: vec!["KycCredential".to_owned()],
            subject: self.person.did().to_owned(),
            name: Some("Bruno Weiß".to_owned()),
            date_of_birth: "1975-05-17".parse().ok(),
            country: Some("FR".parse().unwrap()),
            investor_class: Some("retail".parse().unwrap()),
            wallet: None,
            valid_from: now - TimeDelta::days(1),
            valid_until: now + TimeDelta::days(364),
            status: Some(StatusEntry { list: LIST.to_owned(), index: 77 }),
        };
        issue(&self.provider, Format::VcJwt, &credential).unwrap()
    }

    fn presented(&self, credential: &str, at: DateTime<Utc>) -> String {
        let credentials = [credential.to_owned()];
        let presentation = NewPresentation { credentials: &credentials, nonce: "n1", audience: AUDIENCE, at };
        present(&self.person, Format::VcJwt, &presentation).unwrap()
    }

    fn judged(&self, presentation: &str, list: &StatusList, expected: &Expectation<'_>) -> Decision {
        let published = NewStatusList {
            url: LIST,
            list,
            valid_from: expected.at - TimeDelta::hours(1),
            valid_until: expected.at + TimeDelta::hours(1),
        };
        let published = issue_status_list(&self.provider, Format::VcJose, &published).unwrap();
        self.policy.verify(presentation, expected, &Published(published, expected.at))
    }
}

#[test]
fn a_person_proves_who_they_are_until_the_provider_takes_it_back() {
    let now: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
    let expected = Expectation { nonce: "n1", nonce_used: false, audience: AUDIENCE, at: now };
    let story = Story::begin(now);
    let credential = story.credential(now);
    let presentation = story.presented(&credential, now);
    let nobody = StatusList::default();

    let accepted = story.judged(&presentation, &nobody, &expected);
    assert!(accepted.accepted, "{accepted:#?}");
    let claims = accepted.claims.unwrap();
    assert_eq!(claims.subject, story.person.did());
    assert_eq!(claims.name.as_deref(), Some("Bruno Weiß"));
    assert_eq!(claims.country.unwrap().code(), "FR");
    assert_eq!(claims.valid_until, Some(now + TimeDelta::days(364)));

    let again = Expectation { nonce_used: true, ..expected };
    assert!(story.judged(&presentation, &nobody, &again).refused_for(Code::NonceUsed));
    let revoked = StatusList::of_revoked([77]);
    assert!(story.judged(&presentation, &revoked, &expected).refused_for(Code::Revoked));
    let offline = story.policy.verify(&presentation, &expected, &Offline);
    assert!(offline.refused_for(Code::StatusUnavailable) && offline.claims.is_none());

    let next_year = Expectation { at: now + TimeDelta::days(365), ..expected };
    let late = story.presented(&credential, next_year.at);
    assert!(story.judged(&late, &nobody, &next_year).refused_for(Code::Expired));
}
