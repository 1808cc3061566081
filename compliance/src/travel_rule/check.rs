//! The constraints C1 to C11 of IVMS101, each broken one with its place.

use super::names::{code, field, is_absent};
use chrono::NaiveDate;
use domain::Country;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A rule that a payload breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Where, as a JSON pointer (RFC 6901) into the payload as it was given.
    pub pointer: String,
    /// `C1` to `C11`, or `structure` for what the standard does not allow at all.
    pub rule: String,
    /// What is wrong. Personal data is not repeated.
    pub detail: String,
}

/// Every broken rule of a payload, or none; a person, an address or a national identification alone is judged by the
/// rules about it. `today` decides which dates of birth are in the past. Rule C10 is asked for the form of a registration
/// authority code: the list of authorities is GLEIF's and changes.
#[must_use]
pub fn check(payload: &Value, today: NaiveDate) -> Vec<Finding> {
    let mut checker = Checker { today, findings: Vec::new() };
    let message = Node { pointer: String::new(), value: payload };
    // Messages of protocols carry the payload under the name of the standard.
    let carried = message.fields().and_then(|fields| {
        let (key, value) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case("ivms101"))?;
        Some(message.child(key, value))
    });
    checker.root(&carried.unwrap_or(message));
    checker.findings
}

/// A value and where it stands.
struct Node<'a> {
    pointer: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    fn fields(&self) -> Option<&'a Map<String, Value>> {
        self.value.as_object()
    }

    fn child(&self, key: &str, value: &'a Value) -> Node<'a> {
        let key = key.replace('~', "~0").replace('/', "~1");
        Node { pointer: format!("{}/{key}", self.pointer), value }
    }

    /// A field by the name that 2023 gives it, however it is written.
    fn get(&self, name: &str) -> Option<Node<'a>> {
        let mut named = self.fields()?.iter().filter(|(key, _)| field(key) == Some(name));
        let (key, value) = named.find(|(_, value)| !is_absent(value))?;
        Some(self.child(key, value))
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn code(&self, name: &str) -> Option<&'a str> {
        self.text(name).map(code)
    }

    /// The elements of a field; a value that should be a list of one is taken as that.
    fn list(&self, name: &str) -> Vec<Node<'a>> {
        let Some(node) = self.get(name) else { return Vec::new() };
        match node.value.as_array() {
            Some(values) => {
                (0..).zip(values).map(|(at, value): (usize, _)| node.child(&at.to_string(), value)).collect()
            }
            None => vec![node],
        }
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.value.as_str().map(str::trim).filter(|text| !text.is_empty())
    }
}

struct Checker {
    today: NaiveDate,
    findings: Vec<Finding>,
}

impl Checker {
    fn find(&mut self, node: &Node<'_>, rule: &str, detail: &str) {
        self.findings.push(Finding {
            pointer: node.pointer.clone(),
            rule: rule.into(),
            detail: detail.into(),
        });
    }

    /// What was given: a payload, or a part of one alone.
    fn root(&mut self, root: &Node<'_>) {
        self.unknown_fields(root);
        let identifiers = root.get("name").map(|name| name.list("nameIdentifier")).unwrap_or_default();
        let names_legal_person =
            |name: &Node<'_>| name.has("legalPersonName") || name.has("legalPersonNameIdentifierType");
        if root.has("naturalPerson") || root.has("legalPerson") {
            self.person(root, false);
        } else if identifiers.iter().any(names_legal_person) {
            self.legal_person(root, false);
        } else if root.has("name") {
            self.natural_person(root, false);
        } else if root.has("addressType") {
            self.address(root);
        } else if root.has("nationalIdentifierType") {
            match root.code("nationalIdentifierType") {
                Some("RAID" | "LEIX") => self.legal_identification(root),
                Some("MISC" | "TXID") => self.registration_authority(root),
                _ => self.natural_identification(root),
            }
        } else {
            self.payload(root);
        }
    }

    fn payload(&mut self, root: &Node<'_>) {
        if !root.has("originator") && !root.has("beneficiary") {
            self.find(root, "structure", "neither an originator nor a beneficiary");
        }
        for (party, persons, is_originator) in
            [("originator", "originatorPerson", true), ("beneficiary", "beneficiaryPerson", false)]
        {
            let Some(party) = root.get(party) else { continue };
            let persons = party.list(persons);
            if persons.is_empty() {
                self.find(&party, "structure", "no person");
            }
            persons.iter().for_each(|person| self.person(person, is_originator));
        }
        for vasp in ["originatingVASP", "beneficiaryVASP"] {
            let Some(outer) = root.get(vasp) else { continue };
            let inner = outer.get(vasp);
            self.person(inner.as_ref().unwrap_or(&outer), false);
        }
        let path = root.get("transferPath");
        let path = path.as_ref().map(|path| path.list("transferPath")).unwrap_or_default();
        path.iter()
            .filter_map(|step| step.get("intermediaryVASP"))
            .for_each(|vasp| self.person(&vasp, false));
    }

    fn unknown_fields(&mut self, node: &Node<'_>) {
        for (key, value) in node.fields().into_iter().flatten() {
            let child = node.child(key, value);
            if field(key).is_none() {
                self.find(&child, "structure", "the standard has no such field");
            }
            self.unknown_fields(&child);
        }
        for (at, value) in node.value.as_array().into_iter().flatten().enumerate() {
            self.unknown_fields(&node.child(&at.to_string(), value));
        }
    }

    fn person(&mut self, person: &Node<'_>, is_originator: bool) {
        let (natural, legal) = (person.get("naturalPerson"), person.get("legalPerson"));
        if natural.is_some() == legal.is_some() {
            self.find(person, "structure", "exactly one of a natural person and a legal person is needed");
        }
        if let Some(natural) = natural {
            self.natural_person(&natural, is_originator);
        }
        if let Some(legal) = legal {
            self.legal_person(&legal, is_originator);
        }
    }

    fn natural_person(&mut self, person: &Node<'_>, is_originator: bool) {
        let told =
            ["geographicAddress", "customerIdentification", "nationalIdentification", "dateAndPlaceOfBirth"];
        if is_originator && told.iter().all(|name| person.get(name).is_none()) {
            self.find(
                person,
                "C1",
                "an originator needs an address, a customer id, a national id or a birth",
            );
        }
        self.legal_name(person, "naturalPersonNameIdentifierType", "C6");
        if let Some(date) = person.get("dateAndPlaceOfBirth").and_then(|birth| birth.get("dateOfBirth")) {
            let day = date.value.as_str().and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
            if day.is_none_or(|day| day >= self.today) {
                self.find(&date, "C2", "a date of birth is a day in the past, as 1970-12-31");
            }
        }
        if let Some(identification) = person.get("nationalIdentification") {
            self.natural_identification(&identification);
        }
        self.country(person, "countryOfResidence");
        self.addresses(person);
    }

    fn natural_identification(&mut self, identification: &Node<'_>) {
        if let Some(authority) = identification.get("registrationAuthority") {
            self.find(&authority, "C9", "a natural person has no registration authority");
        }
        self.registration_authority(identification);
        self.country(identification, "countryOfIssue");
    }

    fn legal_person(&mut self, person: &Node<'_>, is_originator: bool) {
        let is_geographic = |address: &Node<'_>| address.code("addressType") == Some("GEOG");
        let told = person.list("geographicAddress").iter().any(is_geographic)
            || person.get("nationalIdentification").is_some()
            || person.get("customerIdentification").is_some();
        if is_originator && !told {
            self.find(
                person,
                "C4",
                "an originator needs a geographic address, a national id or a customer id",
            );
        }
        self.legal_name(person, "legalPersonNameIdentifierType", "C5");
        if let Some(identification) = person.get("nationalIdentification") {
            self.legal_identification(&identification);
        }
        self.country(person, "countryOfRegistration");
        self.addresses(person);
    }

    fn legal_name(&mut self, person: &Node<'_>, name_type: &str, rule: &str) {
        let names = person.get("name").map(|name| name.list("nameIdentifier")).unwrap_or_default();
        if !names.iter().any(|name| name.code(name_type) == Some("LEGL")) {
            self.find(person, rule, "no name of the type LEGL");
        }
    }

    fn legal_identification(&mut self, identification: &Node<'_>) {
        let sort = identification.code("nationalIdentifierType");
        if !matches!(sort, Some("RAID" | "MISC" | "LEIX" | "TXID")) {
            self.find(identification, "C7", "a legal person is identified by RAID, MISC, LEIX or TXID");
        }
        if let Some(country) = identification.get("countryOfIssue") {
            self.find(&country, "C9", "a legal person has no country of issue");
            self.country(identification, "countryOfIssue");
        }
        match (sort == Some("LEIX"), identification.get("registrationAuthority")) {
            (true, Some(authority)) => self.find(&authority, "C9", "an LEI needs no registration authority"),
            (false, None) => {
                self.find(identification, "C9", "a registration authority is needed unless the type is LEIX");
            }
            _ => {}
        }
        self.registration_authority(identification);
        let identifier = identification.get("nationalIdentifier");
        if sort == Some("LEIX")
            && !identifier.as_ref().and_then(|node| node.value.as_str()).is_some_and(is_lei)
        {
            let at = identifier.as_ref().unwrap_or(identification);
            self.find(at, "C11", "not a legal entity identifier of ISO 17442 with valid check digits");
        }
    }

    fn registration_authority(&mut self, identification: &Node<'_>) {
        let Some(authority) = identification.get("registrationAuthority") else { return };
        let digits = authority.value.as_str().and_then(|text| text.strip_prefix("RA"));
        if !digits.is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        {
            self.find(&authority, "C10", "a registration authority is RA and six digits");
        }
    }

    fn addresses(&mut self, person: &Node<'_>) {
        person.list("geographicAddress").iter().for_each(|address| self.address(address));
    }

    fn address(&mut self, address: &Node<'_>) {
        let is_line = |line: &Node<'_>| line.value.as_str().is_some_and(|line| !line.trim().is_empty());
        let lines = address.list("addressLine").iter().any(is_line);
        let building = address.text("buildingName").or(address.text("buildingNumber"));
        let street = address.text("streetName").is_some() && building.is_some();
        if !lines && !street {
            let needed = "address lines, or a street with a building number or name, are needed";
            self.find(address, "C8", needed);
        }
        self.country(address, "country");
    }

    fn country(&mut self, of: &Node<'_>, name: &str) {
        /// The standard's code for a country that is not known.
        const UNKNOWN: &str = "XX";
        let Some(country) = of.get(name) else { return };
        let code = country.value.as_str().unwrap_or_default();
        if code != UNKNOWN && code.parse::<Country>().is_err() {
            self.find(&country, "C3", "a two-letter country code of ISO 3166-1, or XX, is needed");
        }
    }
}

/// ISO 17442: 18 letters or digits and two check digits, of which ISO 7064 (MOD 97-10) leaves 1.
fn is_lei(text: &str) -> bool {
    let alphabet = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let formed = text.len() == 20
        && text.bytes().all(alphabet)
        && text.bytes().skip(18).all(|byte| byte.is_ascii_digit());
    let remainder = text.chars().fold(0, |remainder, c| {
        let value = c.to_digit(36).unwrap_or(0);
        (remainder * if value > 9 { 100 } else { 10 } + value) % 97
    });
    formed && remainder == 1
}

#[cfg(test)]
mod tests;
