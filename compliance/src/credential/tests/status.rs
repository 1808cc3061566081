//! Status lists and schemas: fetched by the caller, judged here, and no answer is a no.

use super::*;
use crate::credential::{
    LIST_ENTRIES, NewStatusList, StatusEntry, StatusList, issue_status_list, issue_token_status_list,
};
use serde_json::json;

const LIST: &str = "https://kyc.example/status/1";
const INDEX: u32 = 94_567;

fn with_status(format: Format) -> String {
    let status = Some(StatusEntry { list: LIST.to_owned(), index: INDEX });
    let credential = issue(&provider(), format, &NewCredential { status, ..about_anna() }).unwrap();
    by_anna(format, credential)
}

fn published(issuer: &SigningKey, format: Format, list: &StatusList) -> String {
    let new = NewStatusList {
        url: LIST,
        list,
        valid_from: at() - TimeDelta::minutes(10),
        valid_until: at() + TimeDelta::days(1),
    };
    match format {
        Format::SdJwt => issue_token_status_list(issuer, &new).unwrap(),
        Format::DataIntegrity => issue_status_list(issuer, format, &new).unwrap(),
        _ => issue_status_list(issuer, Format::VcJose, &new).unwrap(),
    }
}

fn answered(format: Format, list: impl Into<Vec<u8>>) -> Decision {
    let web = Web::default().with(LIST, list);
    policy().verify_presentation(&with_status(format), &expected(), &web)
}

#[test]
fn a_credential_in_good_standing_is_accepted_and_a_revoked_one_is_not() {
    for format in ALL {
        let others = StatusList::of_revoked([0, INDEX - 1, INDEX + 1, LIST_ENTRIES - 1]);
        assert_accepted(&answered(format, published(&provider(), format, &others)));
        let revoked = StatusList::of_revoked([INDEX]);
        assert_refused(&answered(format, published(&provider(), format, &revoked)), &[Code::Revoked]);
    }
}

#[test]
fn a_list_is_flipped_bit_by_bit() {
    let mut list = StatusList::default();
    assert!(list.flip(INDEX, true) && list.is_revoked(INDEX) && !list.is_revoked(INDEX ^ 1));
    assert!(list.flip(INDEX, false) && list == StatusList::default());
    assert!(!list.flip(LIST_ENTRIES, true) && !list.is_revoked(LIST_ENTRIES));
}

#[test]
fn a_list_of_somebody_else_says_nothing() {
    for format in ALL {
        let forged = published(&mallory(), format, &StatusList::default());
        assert_refused(&answered(format, forged), &[Code::StatusUnavailable]);
        for noise in ["", "{}", "<html>", "a.b.c"] {
            assert_refused(&answered(format, noise), &[Code::StatusUnavailable]);
        }
        let elsewhere = policy().verify_presentation(&with_status(format), &expected(), &Web::default());
        assert_refused(&elsewhere, &[Code::StatusUnavailable]);
        assert_refused(&judged(&with_status(format)), &[Code::StatusUnavailable]);
    }
}

#[test]
fn another_list_of_the_same_issuer_is_not_this_one() {
    for format in ALL {
        let list = StatusList::default();
        let new = NewStatusList {
            url: "https://kyc.example/status/2",
            list: &list,
            valid_from: at() - TimeDelta::minutes(10),
            valid_until: at() + TimeDelta::days(1),
        };
        let other = if format == Format::SdJwt {
            issue_token_status_list(&provider(), &new).unwrap()
        } else {
            issue_status_list(&provider(), Format::VcJose, &new).unwrap()
        };
        assert_refused(&answered(format, other), &[Code::StatusUnavailable]);
    }
}

#[test]
fn an_old_list_is_refused() {
    for format in ALL {
        let list = published(&provider(), format, &StatusList::default());
        for (age, code) in [(3_600, None), (3_601, Some(Code::StatusStale)), (-61, Some(Code::StatusStale))] {
            let mut web = Web::default().with(LIST, list.clone());
            web.0.get_mut(LIST).unwrap().at = at() - TimeDelta::seconds(age);
            let decision = policy().verify_presentation(&with_status(format), &expected(), &web);
            assert_eq!(decision.reasons.first().map(|reason| reason.code), code, "{format:?} {age}");
        }
        let ended = StatusList::default();
        let new = NewStatusList {
            url: LIST,
            list: &ended,
            valid_from: at() - TimeDelta::days(2),
            valid_until: at() - TimeDelta::days(1),
        };
        let ended = if format == Format::SdJwt {
            issue_token_status_list(&provider(), &new).unwrap()
        } else {
            issue_status_list(&provider(), Format::VcJose, &new).unwrap()
        };
        assert_refused(&answered(format, ended), &[Code::StatusUnavailable]);
    }
}

#[test]
fn a_list_must_fit_the_entry() {
    let list = published(&provider(), Format::VcJose, &StatusList::default());
    let cases = [
        ("statusPurpose", json!("suspension")),
        ("encodedList", json!("uH4sIAAAAAAAA_wMAAAAAAAAAAAA")),
        ("encodedList", json!("H4sIAAAAAAAA_wMAAAAAAAAAAAA")),
        ("encodedList", json!(null)),
        ("type", json!("Other")),
    ];
    for (member, value) in cases {
        let other = resigned(&provider(), &list, |payload| {
            payload["credentialSubject"][member] = value.clone();
            if member == "type" {
                payload["type"] = json!(["VerifiableCredential", "Other"]);
            }
        });
        assert_refused(&answered(Format::VcJose, other), &[Code::StatusUnavailable]);
    }
    let short_lived =
        resigned(&provider(), &list, |payload| payload["credentialSubject"]["ttl"] = json!(300_000));
    assert_accepted(&answered(Format::VcJose, short_lived));
}

#[test]
fn entries_that_are_not_understood_are_refused() {
    let list = published(&provider(), Format::VcJose, &StatusList::default());
    let cases = [
        ("statusPurpose", json!("message")),
        ("statusListIndex", json!("-1")),
        ("statusListIndex", json!(LIST_ENTRIES.to_string())),
        ("statusListCredential", json!("http://kyc.example/status/1")),
        ("statusSize", json!(2)),
        ("type", json!("StatusList2021Entry")),
    ];
    for (member, value) in cases {
        let (_, payload, _) = parts(&with_status(Format::VcJwt));
        let inner = payload["vp"]["verifiableCredential"][0].as_str().unwrap();
        let odd = resigned(&provider(), inner, |payload| {
            payload["vc"]["credentialStatus"][member] = value.clone();
        });
        let web = Web::default().with(LIST, list.clone());
        let decision = policy().verify_presentation(&by_anna(Format::VcJwt, odd), &expected(), &web);
        assert_refused(&decision, &[Code::StatusUnavailable]);
    }
}

#[test]
fn every_value_of_a_token_list_has_its_meaning() {
    let list = published(&provider(), Format::SdJwt, &StatusList::default());
    for (value, code) in
        [(0, None), (1, Some(Code::Revoked)), (2, Some(Code::Suspended)), (3, Some(Code::StatusUnavailable))]
    {
        let mut entries =
            ssi::status::token_status_list::BitString::new_valid(2.try_into().unwrap(), 200_000);
        entries.set(INDEX as usize, value).unwrap();
        let packed = entries.to_compressed_bytes(ssi::status::Compression::best());
        let other = resigned(&provider(), &list, |payload| {
            payload["status_list"] = json!({ "bits": 2, "lst": URL_SAFE_NO_PAD.encode(packed) });
        });
        let decision = answered(Format::SdJwt, other);
        assert_eq!(decision.reasons.first().map(|reason| reason.code), code, "{decision:#?}");
    }
}

#[test]
fn a_policy_may_ask_for_a_status() {
    let mut file = PolicyFile::trusting(vec![trust(&provider())]);
    file.status_required = true;
    let policy = CredentialPolicy::try_from(file).unwrap();
    for format in ALL {
        let decision = policy.verify_presentation(&honest(format), &expected(), &Offline);
        assert_refused(&decision, &[Code::StatusMissing]);
    }
}

#[test]
fn nothing_is_fetched_for_a_stranger() {
    struct Trap;
    impl Fetch for Trap {
        fn fetch(&self, url: &str) -> Result<Fetched, String> {
            panic!("{url} was fetched")
        }
    }
    let status = Some(StatusEntry { list: LIST.to_owned(), index: INDEX });
    let stranger = mallory().under("did:web:mallory.example", "1");
    let forged = NewCredential { status, ..about_anna() };
    for format in ALL {
        for issuer in [&stranger, &mallory()] {
            let presentation = by_anna(format, issue(issuer, format, &forged).unwrap());
            let decision = policy().verify_presentation(&presentation, &expected(), &Trap);
            assert!(decision.refused_for(Code::IssuerNotTrusted));
        }
    }
}

#[test]
fn a_credential_follows_the_schema_that_it_names() {
    const SCHEMA: &str = "https://kyc.example/schema/kyc.json";
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": { "credentialSubject": {
            "type": "object",
            "required": ["country"],
            "properties": { "country": { "enum": ["DE", "FR"] } },
        } },
    });
    let presentation = |country: &str| {
        let credential = resigned(&provider(), &credential(Format::VcJose), |payload| {
            payload["credentialSchema"] = json!({ "id": SCHEMA, "type": "JsonSchema" });
            payload["credentialSubject"]["country"] = country.into();
        });
        by_anna(Format::VcJose, credential)
    };
    let web = Web::default().with(SCHEMA, schema.to_string());
    assert_accepted(&policy().verify_presentation(&presentation("DE"), &expected(), &web));
    let decision = policy().verify_presentation(&presentation("GB"), &expected(), &web);
    assert_refused(&decision, &[Code::SchemaMismatch]);
    for noise in ["", "[]", r#"{"type":"nonsense"}"#] {
        let web = Web::default().with(SCHEMA, noise);
        let decision = policy().verify_presentation(&presentation("DE"), &expected(), &web);
        assert_refused(&decision, &[Code::SchemaUnavailable]);
    }
    assert_refused(&judged(&presentation("DE")), &[Code::SchemaUnavailable]);
}
