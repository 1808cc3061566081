//! What an accepted presentation proves about a person, in the words of the business.

use crate::credential::{
    decision::{Code, Findings},
    statement::Statement,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{Country, party::InvestorClass, party::WalletAddress, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{fmt::Display, str::FromStr};

/// One credential behind the claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialSummary {
    /// The id that its issuer gave it, usually a URN.
    pub id: Option<String>,
    /// Its types without `VerifiableCredential`.
    pub types: Vec<String>,
    /// The DID of its issuer.
    pub issuer: String,
    /// From when it holds, when it says so.
    pub valid_from: Option<DateTime<Utc>>,
    /// The first moment at which it no longer holds, when it says so.
    pub valid_until: Option<DateTime<Utc>>,
}

/// What is proven about one subject, over all credentials that were presented together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The DID of the person.
    pub subject: String,
    /// Full name: `name`, or `givenName` and `familyName` (also in the spelling of OpenID Connect).
    pub name: Option<String>,
    /// Date of birth: `birthDate` or `birthdate`.
    pub date_of_birth: Option<NaiveDate>,
    /// Country of residence: `country`, an ISO 3166-1 alpha-2 code.
    pub country: Option<Country>,
    /// Class of investor: `investorClass`.
    pub investor_class: Option<InvestorClass>,
    /// Wallet on an EVM network: `wallet`, or the address in a subject of `did:pkh:eip155`.
    pub wallet: Option<WalletAddress>,
    /// The first moment at which one of the credentials no longer holds.
    pub valid_until: Option<DateTime<Utc>>,
    /// The credentials, in the order in which they were presented.
    pub credentials: Vec<CredentialSummary>,
}

impl Claims {
    /// Puts together what all credentials say. Two that say different things prove nothing.
    pub(super) fn gather(statements: &[Statement], findings: &mut Findings) -> Option<Self> {
        let subject = statements.first()?.subject.clone()?;
        let mut claims = Self {
            wallet: wallet_of(&subject),
            subject,
            name: None,
            date_of_birth: None,
            country: None,
            investor_class: None,
            valid_until: statements.iter().filter_map(|statement| statement.until).min(),
            credentials: Vec::new(),
        };
        for statement in statements {
            claims.add(statement, findings);
        }
        Some(claims)
    }

    fn add(&mut self, statement: &Statement, findings: &mut Findings) {
        let mut reader = Reader { statement, findings };
        if reader.statement.subject.as_ref() != Some(&self.subject) {
            reader.findings.refuse(Code::SubjectUnclear, "the credentials are about different subjects");
        }
        reader.merge("name", &mut self.name, name);
        reader.merge("birthDate", &mut self.date_of_birth, |s| parsed(s, &["birthDate", "birthdate"]));
        reader.merge("country", &mut self.country, |s| parsed(s, &["country"]));
        reader.merge("investorClass", &mut self.investor_class, |s| parsed(s, &["investorClass"]));
        reader.merge("wallet", &mut self.wallet, |s| parsed(s, &["wallet"]));
        self.credentials.push(CredentialSummary {
            id: statement.id.clone(),
            types: statement.types.clone(),
            issuer: statement.issuer.clone().unwrap_or_default(),
            valid_from: statement.from,
            valid_until: statement.until,
        });
    }
}

struct Reader<'a> {
    statement: &'a Statement,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn merge<T: PartialEq>(
        &mut self,
        claim: &str,
        known: &mut Option<T>,
        read: impl Fn(&Statement) -> Result<Option<T>, String>,
    ) {
        match (read(self.statement), &known) {
            (Err(problem), _) => self.findings.refuse(Code::ClaimInvalid, problem),
            (Ok(Some(stated)), Some(before)) if stated != *before => {
                self.findings.refuse(Code::ClaimsDisagree, format!("{claim} is stated twice, differently"));
            }
            (Ok(Some(stated)), None) => *known = Some(stated),
            _ => {}
        }
    }
}

/// The text of the first claim of these names that is there. Two of them at once must say the same.
fn stated<'a>(statement: &'a Statement, names: &[&str]) -> Result<Option<&'a str>, String> {
    let mut found = None;
    for name in names {
        match statement.claims.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if found.is_none_or(|other| other == text) => {
                found = Some(text.as_str())
            }
            Some(Value::String(_)) => return Err(format!("{name} is stated twice, differently")),
            Some(_) => return Err(format!("{name} is not a text")),
        }
    }
    Ok(found)
}

fn parsed<T: FromStr<Err: Display>>(statement: &Statement, names: &[&str]) -> Result<Option<T>, String> {
    let Some(text) = stated(statement, names)? else { return Ok(None) };
    let name = names.first().copied().unwrap_or_default();
    // The value is personal: the reason names the claim and not what it says.
    text.parse().map(Some).map_err(|_| format!("{name} cannot be read"))
}

fn name(statement: &Statement) -> Result<Option<String>, String> {
    let bounded = |name: String| {
        text::bounded("name", &name, text::MAX_NAME).map(Some).map_err(|_| "name cannot be read".to_owned())
    };
    if let Some(name) = stated(statement, &["name"])? {
        return bounded(name.to_owned());
    }
    let given = stated(statement, &["givenName", "given_name"])?;
    let family = stated(statement, &["familyName", "family_name"])?;
    match (given, family) {
        (None, None) => Ok(None),
        (given, family) => bounded([given, family].into_iter().flatten().collect::<Vec<_>>().join(" ")),
    }
}

/// The address in `did:pkh:eip155:<chain>:<address>`.
fn wallet_of(did: &str) -> Option<WalletAddress> {
    did.strip_prefix("did:pkh:eip155:")?.split_once(':')?.1.parse().ok()
}
