//! Status: whether the issuer has taken a credential back. No status to be had is as bad as taken back.

use crate::credential::{
    decision::{Checked, Code, Findings},
    fetch::Fetched,
    input::Input,
    key::Purpose,
    statement::{Statement, many, seconds},
    verify::{Judge, Party},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::Value;
use ssi::status::{bitstring_status_list::EncodedList, token_status_list::BitString};

/// The longest list that is unpacked: sixteen million entries. A small file must not fill the memory.
const MAX_LIST_BYTES: u64 = 2 << 20;
/// A shorter list would give away who is on it (Bitstring Status List 1.0, 3.2).
const MIN_LIST_BYTES: usize = 16 << 10;

/// What a list says about one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Good,
    Revoked,
    Suspended,
}

impl Judge<'_> {
    /// Judges every status entry of a credential whose issuer is known to be trusted.
    pub(super) fn status(&self, statement: &Statement, findings: &mut Findings) {
        let issuer = statement.issuer.as_deref().unwrap_or_default();
        for entry in &statement.status {
            match self.standing(entry, issuer) {
                Ok(Standing::Good) => {}
                Ok(Standing::Revoked) => findings.refuse(Code::Revoked, "its issuer has taken it back"),
                Ok(Standing::Suspended) => {
                    findings.refuse(Code::Suspended, "its issuer has halted it for now")
                }
                Err((code, problem)) => findings.refuse(code, problem),
            }
        }
    }

    fn standing(&self, entry: &Value, issuer: &str) -> Checked<Standing> {
        if let Some(reference) = entry.get("status_list") {
            self.in_token_list(reference, issuer)
        } else if many(entry.get("type")).iter().any(|name| name == "BitstringStatusListEntry") {
            self.in_bitstring_list(entry, issuer)
        } else {
            Err(unavailable("its status is of a kind that is not understood here"))
        }
    }

    /// W3C Bitstring Status List 1.0.
    fn in_bitstring_list(&self, entry: &Value, issuer: &str) -> Checked<Standing> {
        let purpose = entry.get("statusPurpose").and_then(Value::as_str).unwrap_or_default();
        let set = match purpose {
            "revocation" => Standing::Revoked,
            "suspension" => Standing::Suspended,
            _ => return Err(unavailable("the purpose of its status is neither revocation nor suspension")),
        };
        if entry.get("statusSize").is_some_and(|size| size.as_u64() != Some(1)) {
            return Err(unavailable("its status has more than one bit"));
        }
        let index =
            entry.get("statusListIndex").and_then(index).ok_or_else(|| unavailable("no index is named"))?;
        let url = url(entry.get("statusListCredential"))?;
        let fetched = self.list(url)?;
        let list = self.list_credential(&fetched, url, issuer)?;
        let subject = &list.claims;
        if !many(subject.get("statusPurpose")).iter().any(|named| named == purpose) {
            return Err(unavailable("the list is not for the purpose of its status"));
        }
        self.fresh(
            &fetched,
            subject.get("ttl").and_then(Value::as_i64).and_then(TimeDelta::try_milliseconds),
        )?;
        let encoded = subject.get("encodedList").and_then(Value::as_str).filter(|text| text.starts_with('u'));
        let encoded = encoded.ok_or_else(|| unavailable("the list is not base64url"))?;
        let bits = EncodedList::new(encoded.to_owned()).decode(Some(MAX_LIST_BYTES));
        let bits = bits.map_err(|_| unavailable("the list cannot be unpacked"))?;
        if bits.len() < MIN_LIST_BYTES {
            return Err(unavailable("the list is shorter than the standard allows"));
        }
        let byte = bits.get(index / 8).ok_or_else(|| unavailable("the list ends before its index"))?;
        Ok(if byte & (0x80 >> (index % 8)) == 0 { Standing::Good } else { set })
    }

    /// The list as a credential: signed by the same issuer, and holding now.
    fn list_credential(&self, fetched: &Fetched, url: &str, issuer: &str) -> Checked<Statement> {
        let text = std::str::from_utf8(&fetched.body).map_err(|_| unavailable("the list is not a text"))?;
        let mut findings = Findings::about("status list");
        let statement = findings.keep(Input::parse(text)).and_then(|input| {
            let (_, statement) = self.read(&input, &mut findings)?;
            self.dates(statement.from, statement.until, &mut findings);
            let party = Party { did: issuer, purpose: Purpose::Assertion, fetch: self.fetch };
            self.proven(&input, &party, &mut findings).map(|()| statement)
        });
        if let Some(reason) = findings.first() {
            return Err(unavailable(&reason.detail));
        }
        let list = statement.ok_or_else(|| unavailable("the list is nothing"))?;
        if list.issuer.as_deref() != Some(issuer) {
            return Err(unavailable("the list is of another issuer"));
        }
        if !list.types.iter().any(|name| name == "BitstringStatusListCredential")
            || list.id.as_deref().is_some_and(|id| id != url)
        {
            return Err(unavailable("what was fetched is not this list"));
        }
        Ok(list)
    }

    /// IETF Token Status List.
    fn in_token_list(&self, reference: &Value, issuer: &str) -> Checked<Standing> {
        let index = reference.get("idx").and_then(index).ok_or_else(|| unavailable("no index is named"))?;
        let url = url(reference.get("uri"))?;
        let fetched = self.list(url)?;
        let text = std::str::from_utf8(&fetched.body).map_err(|_| unavailable("the list is not a text"))?;
        let Ok(Input::Jwt(token)) = Input::parse(text) else { return Err(unavailable("the list is no JWT")) };
        if token.typ().as_deref() != Some("statuslist+jwt")
            || token.payload.get("sub").is_none_or(|sub| sub != url)
        {
            return Err(unavailable("what was fetched is not this list"));
        }
        let mut findings = Findings::about("status list");
        let mut date = |name| findings.keep(seconds(name, token.payload.get(name))).flatten();
        let (from, until) = (date("iat"), date("exp"));
        self.dates(from, until, &mut findings);
        let party = Party { did: issuer, purpose: Purpose::Assertion, fetch: self.fetch };
        self.signature(&token, &party, &mut findings);
        if let Some(reason) = findings.first() {
            return Err(unavailable(&reason.detail));
        }
        self.fresh(
            &fetched,
            token.payload.get("ttl").and_then(Value::as_i64).and_then(TimeDelta::try_seconds),
        )?;
        match token_entry(token.payload.get("status_list"), index) {
            Some(0) => Ok(Standing::Good),
            Some(1) => Ok(Standing::Revoked),
            Some(2) => Ok(Standing::Suspended),
            Some(other) => Err(unavailable(&format!("the status {other} is not understood here"))),
            None => Err(unavailable("the list cannot be unpacked, or ends before its index")),
        }
    }

    fn list(&self, url: &str) -> Checked<Fetched> {
        let fetched = self.fetch.fetch(url).map_err(|problem| unavailable(&problem))?;
        self.fresh(&fetched, None).map(|()| fetched)
    }

    /// Whether a list was had recently enough, for the policy and for its issuer.
    fn fresh(&self, fetched: &Fetched, lives: Option<TimeDelta>) -> Checked<()> {
        let longest = self.policy.status_max_age();
        let longest = lives.map_or(longest, |lives| lives.min(longest));
        let age = self.at - fetched.at;
        if age > longest || age < -self.policy.skew() {
            let detail = format!("the list was had at {}, and it is {}", fetched.at, self.at);
            return Err((Code::StatusStale, detail));
        }
        Ok(())
    }
}

fn unavailable(problem: &str) -> (Code, String) {
    (Code::StatusUnavailable, problem.to_owned())
}

fn url(value: Option<&Value>) -> Checked<&str> {
    let url = value.and_then(Value::as_str).filter(|url| url.starts_with("https://"));
    url.ok_or_else(|| unavailable("no https URL of a list is named"))
}

/// An index as a number or as its decimal text.
fn index(value: &Value) -> Option<usize> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.and_then(|number| usize::try_from(number).ok())
}

pub(super) fn token_entry(list: Option<&Value>, index: usize) -> Option<u8> {
    let (bits, packed) = (list?.get("bits")?.as_u64()?, list?.get("lst")?.as_str()?);
    let packed = URL_SAFE_NO_PAD.decode(packed).ok()?;
    let size = u8::try_from(bits).ok()?.try_into().ok()?;
    BitString::from_compressed_bytes(size, &packed, Some(MAX_LIST_BYTES)).ok()?.get(index)
}
