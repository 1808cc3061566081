//! Double pledges: labelled pairs of real documents, and invented spellings of one invoice.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod intake_shared;

use domain::{Currency, Money};
use muniment_tokenizer::intake::{
    fingerprint::{Claim, FingerprintKey, Fingerprints, Outcome, Reason, compare},
    invoice::{self, InvoiceParty},
    invoice_csv::{InvoiceRows, TEMPLATE},
};
use std::{collections::BTreeMap, path::Path};

fn key() -> FingerprintKey {
    FingerprintKey::new([7; 32])
}

fn claim_of(file: &Path) -> Claim {
    let verdict = invoice::read(&std::fs::read(file).unwrap());
    verdict.fields().unwrap_or_else(|| panic!("{}: {verdict:?}", file.display())).into()
}

/// What must hold between the fingerprints of two claims and their comparison.
fn agrees(a: &Claim, b: &Claim) -> Outcome {
    agrees_with((a, &Fingerprints::of(a, &key())), (b, &Fingerprints::of(b, &key())))
}

fn agrees_with((a, left): (&Claim, &Fingerprints), (b, right): (&Claim, &Fingerprints)) -> Outcome {
    let comparison = compare(a, b);
    assert_eq!(compare(b, a).outcome, comparison.outcome, "the order matters: {a:?} {b:?}");
    if comparison.outcome != Outcome::Different {
        assert!(left.lookups.iter().any(|found| right.lookups.contains(found)), "no candidate: {a:?} {b:?}");
    }
    if left.amount_tolerant == right.amount_tolerant {
        assert_ne!(comparison.outcome, Outcome::Different, "{a:?} {b:?}");
    }
    if left.exact == right.exact {
        assert_eq!(comparison.outcome, Outcome::Same, "{a:?} {b:?}");
    }
    comparison.outcome
}

#[test]
fn no_labelled_pledge_is_missed_and_no_other_pair_alarms() {
    let Some(folder) = intake_shared::invoices() else { return };
    let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for row in intake_shared::csv(&folder.join("pairs.csv")) {
        let (a, b) = (claim_of(&folder.join(&row[0])), claim_of(&folder.join(&row[1])));
        let outcome = agrees(&a, &b);
        let name = serde_json::to_value(outcome).unwrap();
        let (pairs, right) = counts.entry(row[2].clone()).or_default();
        *pairs += 1;
        *right += u32::from(name == row[2].as_str());
        if name != row[2].as_str() {
            println!(
                "{} {} {}: {name} instead of {}: {:?}",
                row[3],
                row[0],
                row[1],
                row[2],
                compare(&a, &b).reasons
            );
        }
    }
    println!("{counts:?}");
    let expected = [("conflict", (15, 15)), ("different", (65, 65)), ("same", (130, 130))];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)).into());
}

fn party(name: &str, vat: Option<&str>, legal_id: Option<&str>) -> InvoiceParty {
    let text = |id: Option<&str>| id.map(str::to_owned);
    let country = "DE".parse().ok();
    InvoiceParty { name: name.to_owned(), vat: text(vat), legal_id: text(legal_id), tax_id: None, country }
}

fn claim() -> Claim {
    Claim {
        number: "R-2026-0012".to_owned(),
        issue_date: "2026-01-15".parse().unwrap(),
        type_code: "380".to_owned(),
        amount: Money::new(1_190_000, Currency::EUR),
        billed: Some(Money::new(1_190_000, Currency::EUR)),
        seller: party("Nordlicht Maschinenbau GmbH", Some("DE136695976"), Some("HRB 90210")),
        buyer: party("Van Dijk Techniek B.V.", Some("NL809163160B01"), None),
        preceding_invoice: None,
    }
}

fn with(change: impl FnOnce(&mut Claim)) -> Claim {
    let mut claim = claim();
    change(&mut claim);
    claim
}

#[test]
fn one_invoice_is_known_in_every_spelling() {
    use Outcome::{Conflict, Different, Same};
    let anonymous = with(|c| c.seller = party("Nordlicht Maschinenbau GmbH", None, None));
    for (what, outcome, base, other) in [
        ("number spelled", Same, claim(), with(|c| c.number = "r 2026/0012".to_owned())),
        ("zeros left out", Same, claim(), with(|c| c.number = "R-2026-12".to_owned())),
        ("prefix left out", Same, claim(), with(|c| c.number = "2026-0012".to_owned())),
        ("letter for digit", Same, claim(), with(|c| c.number = "R-2O26-0012".to_owned())),
        ("vat id with blanks", Same, claim(), with(|c| c.seller.vat = Some("DE 136 695 976".to_owned()))),
        ("vat id without prefix", Same, claim(), with(|c| c.seller.vat = Some("136695976".to_owned()))),
        ("seller renamed", Same, claim(), with(|c| c.seller.name = "Polar AG".to_owned())),
        ("seller without ids", Same, claim(), anonymous.clone()),
        (
            "seller by part of its name",
            Same,
            anonymous.clone(),
            with(|c| c.seller = party("Nordlicht GmbH", None, None)),
        ),
        ("buyer renamed", Same, claim(), with(|c| c.buyer.name = "VAN DIJK".to_owned())),
        ("issued again a week later", Same, claim(), with(|c| c.issue_date = "2026-01-22".parse().unwrap())),
        ("amount", Conflict, claim(), with(|c| c.amount.minor += 1)),
        ("currency", Conflict, claim(), with(|c| c.amount.currency = Currency::USD)),
        (
            "buyer",
            Conflict,
            claim(),
            with(|c| c.buyer = party("Other Buyer GmbH", Some("DE999999999"), None)),
        ),
        ("type", Conflict, claim(), with(|c| c.type_code = "384".to_owned())),
        (
            "amount and date",
            Conflict,
            claim(),
            with(|c| {
                c.amount.minor += 1;
                c.issue_date = "2026-03-01".parse().unwrap();
            }),
        ),
        (
            "same claim a year later",
            Conflict,
            claim(),
            with(|c| c.issue_date = "2027-01-15".parse().unwrap()),
        ),
        (
            "mistyped vat id",
            Conflict,
            claim(),
            with(|c| {
                c.seller.vat = Some("DE136695977".to_owned());
                c.seller.legal_id = None;
            }),
        ),
        (
            "corrected under a new number",
            Conflict,
            claim(),
            with(|c| {
                c.number = "R-2026-0044".to_owned();
                c.type_code = "384".to_owned();
                c.preceding_invoice = Some("R 2026 0012".to_owned());
                c.amount.minor = 5;
            }),
        ),
        ("next number", Different, claim(), with(|c| c.number = "R-2026-0013".to_owned())),
        ("other series", Different, claim(), with(|c| c.number = "A-2026-0012".to_owned())),
        (
            "other seller",
            Different,
            claim(),
            with(|c| c.seller = party("Polar AG", Some("DE999999999"), Some("HRB 1"))),
        ),
        (
            "other seller without ids",
            Different,
            anonymous,
            with(|c| c.seller = party("Polar AG", None, None)),
        ),
        ("credit note", Different, claim(), with(|c| c.type_code = "381".to_owned())),
        (
            "series of the next year",
            Different,
            claim(),
            with(|c| {
                c.issue_date = "2027-01-15".parse().unwrap();
                c.amount.minor = 7;
            }),
        ),
        (
            "follows, does not replace",
            Different,
            claim(),
            with(|c| {
                c.number = "R-2026-0044".to_owned();
                c.preceding_invoice = Some("R-2026-0012".to_owned());
            }),
        ),
    ] {
        assert_eq!(agrees(&base, &other), outcome, "{what}: {:?}", compare(&base, &other).reasons);
    }
}

#[test]
fn a_conflict_says_both_amounts() {
    let reasons = compare(&claim(), &with(|c| c.amount.minor = 1_500_000)).reasons;
    let text: Vec<_> = reasons.iter().map(Reason::to_string).collect();
    assert_eq!(
        text,
        ["the numbers agree", "the seller is the same", "the amounts are 11,900.00 EUR and 15,000.00 EUR"]
    );
}

/// Every mixture of the changes below keeps the promises that the database relies on.
#[test]
fn an_invoice_that_is_paid_in_advance_is_known_by_what_was_billed() {
    let nothing = Money::new(0, Currency::EUR);
    let billed = |minor| {
        with(|claim| (claim.amount, claim.billed) = (nothing, Some(Money::new(minor, Currency::EUR))))
    };
    assert_eq!(compare(&billed(50_000), &billed(50_000)).outcome, Outcome::Same);
    let comparison = compare(&billed(50_000), &billed(60_000));
    assert_eq!(comparison.outcome, Outcome::Conflict);
    assert_eq!(comparison.reasons[2].to_string(), "the amounts are 500.00 EUR and 600.00 EUR");
    let row = with(|claim| (claim.amount, claim.billed) = (nothing, None));
    assert_eq!(compare(&billed(50_000), &row).outcome, Outcome::Same);
}

#[test]
fn whatever_is_not_different_shares_a_lookup() {
    let numbers =
        ["R-2026-0012", "r2026 12", "20260012", "R-20260-012", "R-2O26-0012", "R-2026-0013", "0", "---"];
    let sellers = [
        party("Nordlicht Maschinenbau GmbH", Some("DE136695976"), Some("HRB 90210")),
        party("Nordlicht Maschinenbau", None, Some("HRB 90210")),
        party("NORDLICHT", None, None),
        party("Polar AG", Some("DE 136695976"), None),
        party("Polar AG", Some("DE999999999"), Some("HRB 90210")),
        InvoiceParty { tax_id: Some("4/711".to_owned()), country: None, ..party("Nordlicht", None, None) },
        InvoiceParty {
            country: "FR".parse().ok(),
            ..party("Nordlicht Maschinenbau", None, Some("HRB 90210"))
        },
    ];
    let dates = ["2026-01-15", "2026-02-20", "2027-01-15"];
    let mut claims = Vec::new();
    for (n, number) in numbers.iter().enumerate() {
        for (s, seller) in sellers.iter().enumerate() {
            for (d, date) in dates.iter().enumerate() {
                claims.push(with(|c| {
                    c.number = (*number).to_owned();
                    c.seller = seller.clone();
                    c.issue_date = date.parse().unwrap();
                    c.amount.minor += i64::from((n + s + d) % 3 == 0);
                    c.type_code = if (n + d) % 2 == 0 { "380" } else { "384" }.to_owned();
                    c.preceding_invoice = ((n + s) % 2 == 0).then(|| numbers[s % 5].to_owned());
                }));
            }
        }
    }
    let claims: Vec<_> = claims.iter().map(|claim| (claim, Fingerprints::of(claim, &key()))).collect();
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    for (a, left) in &claims {
        for (b, right) in &claims {
            *met.entry(format!("{:?}", agrees_with((a, left), (b, right)))).or_default() += 1;
        }
    }
    println!("{met:?}");
    assert!(met.len() == 3 && met.values().all(|count| *count > 500), "{met:?}");
}

#[test]
fn a_row_and_a_document_of_one_invoice_are_the_same() {
    let rows = InvoiceRows::open("invoices.csv", TEMPLATE.as_bytes()).unwrap();
    let rows: Vec<Claim> = rows.map(|row| Claim::from(&row.unwrap())).collect();
    let document = invoice::read(include_bytes!("../../samples/invoice-ubl.xml"));
    let document = Claim::from(document.fields().unwrap());
    assert_eq!(agrees(&rows[0], &document), Outcome::Same);
    assert_eq!(agrees(&rows[1], &document), Outcome::Different);
    let corrected = invoice::read(include_bytes!("../../samples/corrected-invoice-cii.xml"));
    assert_eq!(agrees(&document, &corrected.fields().unwrap().into()), Outcome::Conflict);
}

#[test]
fn fingerprints_of_two_keys_have_nothing_in_common() {
    let (mine, theirs) =
        (Fingerprints::of(&claim(), &key()), Fingerprints::of(&claim(), &FingerprintKey::new([8; 32])));
    assert_ne!(mine.exact, theirs.exact);
    assert_ne!(mine.amount_tolerant, theirs.amount_tolerant);
    assert!(mine.lookups.iter().all(|found| !theirs.lookups.contains(found)));
    assert_eq!(mine.exact.to_string().len(), 64);
    assert_eq!(format!("{:?}", key()), "FingerprintKey(secret)");
}
