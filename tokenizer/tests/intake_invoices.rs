//! Real UBL and CII documents against the official verdicts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod intake_shared;

use muniment_tokenizer::intake::invoice::{self, Verdict};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

#[test]
fn verdicts_and_rules_are_the_official_ones() {
    let Some(folder) = intake_shared::invoices() else { return };
    let (mut documents, mut verdicts, mut scored, mut rules) = (0, 0, 0, 0);
    for row in intake_shared::csv(&folder.join("labels.csv")) {
        let (file, accept, fatal) = (&row[0], row[1] == "1", &row[6]);
        let report = invoice::read(&std::fs::read(folder.join("documents").join(file)).unwrap()).report(file);
        documents += 1;
        verdicts += u32::from(report.accept == accept);
        if report.accept != accept {
            println!("{file}: {} instead of {accept}: {:?}", report.accept, report.findings);
        }
        if fatal != "NOT_RUN" {
            let mut expected: Vec<&str> = fatal.split_whitespace().collect();
            expected.sort_unstable();
            scored += 1;
            rules += u32::from(report.rules == expected);
            if report.rules != expected {
                println!("{file}: rules {:?} instead of {expected:?} {:?}", report.rules, report.findings);
            }
        }
    }
    println!("{verdicts} of {documents} verdicts, {rules} of {scored} sets of rules");
    assert_eq!((documents, verdicts), (94, 94));
    assert_eq!((scored, rules), (85, 85));
}

#[test]
fn fields_of_accepted_documents_are_the_expected_ones() {
    let Some(folder) = intake_shared::invoices() else { return };
    let text = std::fs::read_to_string(folder.join("expected_fields.jsonl")).unwrap();
    let (mut documents, mut equal) = (0, 0);
    for line in text.lines() {
        let mut expected: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
        let file = expected.remove("file").unwrap();
        let file = file.as_str().unwrap();
        let verdict = invoice::read(&std::fs::read(folder.join("documents").join(file)).unwrap());
        let fields = serde_json::to_value(verdict.fields()).unwrap();
        documents += 1;
        let wrong: Vec<_> =
            expected.iter().filter(|(name, value)| !same(name, value, &fields[name.as_str()])).collect();
        equal += u32::from(wrong.is_empty() && matches!(verdict, Verdict::Accepted(_)));
        for (name, value) in wrong {
            println!("{file}: {name} is {} instead of {value}", fields[name.as_str()]);
        }
    }
    println!("{equal} of {documents} documents with all fields equal");
    assert_eq!((documents, equal), (45, 45));
}

/// Amounts are compared as numbers (`182.2` is `182.20`), parties by the fields that are expected, the rest as text.
fn same(name: &str, expected: &Value, read: &Value) -> bool {
    match (expected, read) {
        (Value::Object(expected), _) => expected.iter().all(|(name, value)| same(name, value, &read[name])),
        (Value::String(a), Value::String(b))
            if ["tax_exclusive", "tax_total", "tax_inclusive", "prepaid", "payable"].contains(&name) =>
        {
            a.parse::<Decimal>().unwrap() == b.parse::<Decimal>().unwrap()
        }
        _ => expected == read,
    }
}

const UBL: &str = include_str!("../../samples/invoice-ubl.xml");

fn rules(bytes: &[u8]) -> Vec<String> {
    invoice::read(bytes).report("a.xml").rules
}

#[test]
fn our_samples_are_valid_and_say_the_same_in_both_syntaxes() {
    let read = |text: &str| match invoice::read(text.as_bytes()) {
        Verdict::Accepted(fields) => *fields,
        rejected => panic!("{rejected:?}"),
    };
    let ubl = read(UBL);
    let mut cii = read(include_str!("../../samples/invoice-cii.xml"));
    assert_eq!((ubl.number.as_str(), ubl.payable.to_string()), ("R-2026-0001", "11,900.00 EUR".to_owned()));
    assert_eq!(cii.kind, "CrossIndustryInvoice");
    cii.kind = "Invoice";
    assert_eq!(ubl, cii);
    let credit = read(include_str!("../../samples/credit-note-ubl.xml"));
    assert_eq!((credit.kind, credit.type_code.as_str()), ("CreditNote", "381"));
    let corrected = read(include_str!("../../samples/corrected-invoice-cii.xml"));
    assert_eq!(corrected.preceding_invoice.as_deref(), Some("R-2026-0001"));
}

#[test]
fn both_encodings_of_the_standard_are_read_and_others_are_not() {
    let declared = UBL.replace("UTF-8", "UTF-16");
    let little: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(declared.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> =
        [0xFE, 0xFF].into_iter().chain(declared.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let marked: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(UBL.bytes()).collect();
    for bytes in [little.clone(), big, marked] {
        assert_eq!(rules(&bytes), Vec::<String>::new());
    }
    let latin: Vec<u8> = UBL.replace("Rostock", "K\u{f6}ln").chars().map(|c| c as u8).collect();
    for bytes in [latin, little[..little.len() - 1].to_vec(), UBL.replace("UTF-8", "ISO-8859-1").into_bytes()]
    {
        assert_eq!(rules(&bytes), ["FILE-ENCODING"]);
    }
}

#[test]
fn hostile_files_are_refused_before_a_tree_is_built() {
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Invoice>&b;</Invoice>"#;
    let outside = r#"<?xml version="1.0"?><!DOCTYPE Invoice SYSTEM "http://127.0.0.1/a.dtd"><Invoice/>"#;
    let file = r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice>&x;</Invoice>"#;
    let ns = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
    let deep = format!("<Invoice xmlns=\"{ns}\">{}", "<Invoice>".repeat(50_000));
    let wide = format!("<Invoice xmlns=\"{ns}\">{}</Invoice>", "<Invoice/>".repeat(invoice::MAX_NODES));
    let note = "<cbc:Note>spindle</cbc:Note>";
    let code = "<cbc:DocumentCurrencyCode>";
    let noted = UBL.replacen(code, &format!("{}{code}", note.repeat(1_002)), 1);
    let (from, to) = (UBL.find("  <cac:InvoiceLine>").unwrap(), UBL.find("</Invoice>").unwrap());
    let charge = "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID=\"EUR\">0\
        </cbc:Amount></cac:AllowanceCharge>";
    let line = UBL[from..to].replace("<cac:Item>", &format!("{}<cac:Item>", charge.repeat(3)));
    let crowded = UBL.replace("</Invoice>", &format!("{}</Invoice>", line.repeat(1_950)));
    let short: String = UBL[from..to].split('\n').map(str::trim).collect();
    let many = UBL.replace("</Invoice>", &format!("{}</Invoice>", short.repeat(invoice::MAX_LINES)));
    let attributes: String = (0..=invoice::MAX_ATTRIBUTES).map(|i| format!(" a{i}=\"\"")).collect();
    let attributes = format!("<Invoice xmlns=\"{ns}\"{attributes}/>");
    let bound: String = (0..20).map(|i| format!(" xmlns:n{i}=\"{ns}\"")).collect();
    let bound = format!("<cbc:Note{bound}>spindle</cbc:Note>").repeat(invoice::MAX_DECLARATIONS / 20 + 1);
    let namespaces = UBL.replacen(code, &format!("{bound}{code}"), 1);
    let tag = format!("<Invoice xmlns=\"{ns}\" a=\"{}\"/>", "x".repeat(invoice::MAX_TAG_BYTES));
    let large = " ".repeat(invoice::MAX_BYTES + 1);
    let half = &UBL[..UBL.len() / 2];
    for (text, rule) in [
        (laughs, "XML-DTD"),
        (outside, "XML-DTD"),
        (file, "XML-DTD"),
        (&deep, "XML-DEPTH"),
        (&wide, "XSD"),
        (&noted, "XML-REPEATS"),
        (&crowded, "XML-NODES"),
        (&many, "XML-LINES"),
        (&attributes, "XML-ATTRIBUTES"),
        (&tag, "XML-ATTRIBUTES"),
        (&namespaces, "XML-NAMESPACES"),
        (&large, "FILE-SIZE"),
        (half, "XML"),
        ("", "XML"),
        ("%PDF-1.7 not an invoice", "PDF"),
        ("<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "XSD"),
        ("<Invoice/>", "XSD"),
        (&UBL.replace("<cbc:BuyerReference>", "<cbc:Colour>red</cbc:Colour><cbc:BuyerReference>"), "XSD"),
        (&UBL.replace("<cbc:ID>R-2026", "<cbc:ID xmlns:cbc=\"urn:other\">R-2026"), "XSD"),
        (&UBL.replace("&", "").replace("Rostock", "&undefined;"), "XML"),
    ] {
        let found = rules(text.as_bytes());
        assert!(found.iter().any(|found| found == rule), "{rule} instead of {found:?}: {:.80}", text);
    }
}

#[test]
fn what_the_domain_cannot_hold_is_refused_with_its_limit() {
    let long = UBL.replace("R-2026-0001", &"9".repeat(81));
    let report = invoice::read(long.as_bytes()).report("a.xml");
    assert_eq!(report.rules, ["LIMIT"]);
    assert!(report.findings[0].sentence.ends_with("1 to 80 characters, no control characters"));
}

/// Each change breaks the schema in one way of its own.
#[test]
fn what_the_schema_does_not_allow_is_told() {
    let between = |start: &str, end: &str| {
        let (from, to) = (UBL.find(start).unwrap(), UBL.find(end).unwrap() + end.len());
        UBL[from..to].to_owned()
    };
    let (id, issued) = ("<cbc:ID>R-2026-0001</cbc:ID>", "<cbc:IssueDate>2026-01-15</cbc:IssueDate>");
    let lines = between("  <cac:InvoiceLine>", "</cac:InvoiceLine>\n");
    for (old, new, fault) in [
        (format!("{id}\n  {issued}"), format!("{issued}{id}"), "ID does not stand at its place"),
        (issued.to_owned(), String::new(), "IssueDate is missing before DueDate"),
        (issued.to_owned(), issued.repeat(2), "IssueDate stands more than once"),
        (lines, String::new(), "InvoiceLine is missing"),
        (">2026-03-16<".to_owned(), ">16.03.2026<".to_owned(), "the text is not a date such as 2026-12-31"),
        (">2500.00<".to_owned(), ">2.5e3<".to_owned(), "the text is not a decimal number"),
        (id.to_owned(), id.replace("<cbc:ID>", "<cbc:ID colour=\"red\">"), "there is no attribute colour"),
        (" currencyID=\"EUR\">2500".to_owned(), ">2500".to_owned(), "the attribute currencyID is missing"),
        ("<cac:Item>".to_owned(), "<cac:Item>spindle".to_owned(), "there may be no text"),
        ("<cac:Item>".to_owned(), "<cac:Item><cbc:Colour/>".to_owned(), "there is no element Colour"),
    ] {
        assert!(UBL.contains(&old), "{old}");
        let report = invoice::read(UBL.replace(&old, &new).as_bytes()).report("a.xml");
        let told = report.findings.iter().any(|found| found.rule == "XSD" && found.sentence.contains(fault));
        assert!(told, "{fault}: {:?}", report.findings);
    }
}

#[test]
fn a_date_of_a_preceding_invoice_may_stand_in_its_own_namespace() {
    let dated = include_str!("../../samples/corrected-invoice-cii.xml").replace(
        "</ram:IssuerAssignedID></ram:InvoiceReferencedDocument>",
        "</ram:IssuerAssignedID><ram:FormattedIssueDateTime>\
         <qdt:DateTimeString xmlns:qdt=\"urn:un:unece:uncefact:data:standard:QualifiedDataType:100\" format=\"102\">\
         20260115</qdt:DateTimeString></ram:FormattedIssueDateTime></ram:InvoiceReferencedDocument>",
    );
    assert!(dated.contains("qdt:"));
    assert_eq!(rules(dated.as_bytes()), Vec::<String>::new());
}

/// What a model of an invoice always has, a document may leave out.
#[test]
fn what_only_the_document_shows_is_asked_of_it() {
    let price = "<cac:Price><cbc:PriceAmount currencyID=\"EUR\">2500.00</cbc:PriceAmount></cac:Price>";
    let scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>\n      </cac:ClassifiedTaxCategory>";
    let breakdown = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>\n      </cac:TaxCategory>";
    let account =
        "<cac:PayeeFinancialAccount><cbc:ID>DE89370400440532013000</cbc:ID></cac:PayeeFinancialAccount>";
    let total = "<cbc:TaxInclusiveAmount currencyID=\"EUR\">11900.00</cbc:TaxInclusiveAmount>";
    let means = "</cac:PaymentMeans>";
    let other = "</cac:PaymentMeans><cac:PaymentMeans><cbc:PaymentMeansCode>10</cbc:PaymentMeansCode></cac:PaymentMeans>";
    for (old, new, expected) in [
        (price, "", &["BR-26", "BR-27"][..]),
        (scheme, &scheme.replace("VAT", "GST"), &["BR-CO-04"]),
        (breakdown, &breakdown.replace("VAT", "GST"), &["BR-47", "BR-48"]),
        (account, "", &["BR-61"]),
        (total, "", &["BR-14"]),
        ("\"EUR\">2500", "\"EURO\">2500", &["BR-CL-03"]),
        (means, other, &["UBL-SR-47"]),
    ] {
        assert!(UBL.contains(old), "{old}");
        let found = rules(UBL.replace(old, new).as_bytes());
        assert!(
            expected.iter().all(|rule| found.iter().any(|found| found == rule)),
            "{expected:?}: {found:?}"
        );
    }
}

/// The rules of EN 16931 1.3.16 as their XPath has them, against a change of the sample each.
#[test]
fn references_addresses_currencies_and_countries_are_judged_as_the_official_rules_do() {
    const CII: &str = include_str!("../../samples/invoice-cii.xml");
    const CREDIT: &str = include_str!("../../samples/credit-note-ubl.xml");
    let supplier = "<cac:AccountingSupplierParty>";
    let reference = |inside: &str| {
        format!("<cac:AdditionalDocumentReference>{inside}</cac:AdditionalDocumentReference>{supplier}")
    };
    let country = "<cac:Country>";
    let line = "<cac:AddressLine><cbc:Line>Floor 3</cbc:Line></cac:AddressLine>";
    let currency = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>";
    let accounted = |code: &str| format!("{currency}<cbc:TaxCurrencyCode>{code}</cbc:TaxCurrencyCode>");
    let total = "<cac:TaxTotal><cbc:TaxAmount currencyID=\"SEK\">21850.00</cbc:TaxAmount></cac:TaxTotal><cac:LegalMonetaryTotal>";
    let with_total = |text: &str| text.replacen("<cac:LegalMonetaryTotal>", total, 1);
    let cii_currency = "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>";
    let cii_accounted = format!("<ram:TaxCurrencyCode>SEK</ram:TaxCurrencyCode>{cii_currency}");
    let cii_total = "</ram:TaxTotalAmount>";
    let cii_also = |code: &str| {
        format!("{cii_total}<ram:TaxTotalAmount currencyID=\"{code}\">21850.00</ram:TaxTotalAmount>")
    };
    let delivered = |code: &str| {
        let at = format!(
            "<cac:Delivery><cac:DeliveryLocation><cac:Address><cac:Country><cbc:IdentificationCode>{code}</cbc:IdentificationCode></cac:Country></cac:Address></cac:DeliveryLocation></cac:Delivery><cac:PaymentMeans>"
        );
        UBL.replacen("<cac:PaymentMeans>", &at, 1)
    };
    let scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>\n      </cac:ClassifiedTaxCategory>";
    let swap = |text: &str, old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    };
    let none: &[&str] = &[];
    for (name, text, expected) in [
        ("supporting", swap(UBL, supplier, &reference("<cbc:ID>D-1</cbc:ID>")), none),
        (
            "object",
            swap(
                UBL,
                supplier,
                &reference(
                    "<cbc:ID schemeID=\"AAB\">D-1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>",
                ),
            ),
            none,
        ),
        ("schemed", swap(UBL, supplier, &reference("<cbc:ID schemeID=\"AAB\">D-1</cbc:ID>")), &["UBL-SR-43"]),
        (
            "typed",
            swap(
                UBL,
                supplier,
                &reference("<cbc:ID>D-1</cbc:ID><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>"),
            ),
            &["UBL-SR-43"],
        ),
        (
            "project",
            swap(
                CREDIT,
                supplier,
                &reference("<cbc:ID>P-1</cbc:ID><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>"),
            ),
            none,
        ),
        ("one line", swap(UBL, country, &format!("{line}{country}")), none),
        ("two lines", swap(UBL, country, &format!("{line}{line}{country}")), &["UBL-SR-51"]),
        ("accounted", with_total(&swap(UBL, currency, &accounted("SEK"))), none),
        ("accounted in none", swap(UBL, currency, &accounted("SEK")), &["BR-53"]),
        ("accounted in another", with_total(&swap(UBL, currency, &accounted("DKK"))), &["BR-53"]),
        ("accounted in the same", swap(UBL, currency, &accounted("EUR")), none),
        ("accounted, CII", swap(&swap(CII, cii_currency, &cii_accounted), cii_total, &cii_also("SEK")), none),
        (
            "in another, CII",
            swap(&swap(CII, cii_currency, &cii_accounted), cii_total, &cii_also("DKK")),
            &["BR-53"],
        ),
        ("delivered", delivered("DE"), none),
        ("delivered nowhere", delivered("ZZ"), &["BR-CL-14"]),
        (
            "buyer, CII",
            swap(CII, "<ram:CountryID>DE</ram:CountryID>", "<ram:CountryID>ZZ</ram:CountryID>"),
            &["BR-CL-14"],
        ),
        ("rate of no VAT", swap(UBL, scheme, &scheme.replace("VAT", "GST")), &["BR-CO-04", "BR-S-02"]),
        ("registered, CII", swap(CII, "schemeID=\"VA\"", "schemeID=\"FC\""), none),
        ("registered otherwise, CII", swap(CII, "schemeID=\"VA\"", "schemeID=\"XX\""), &["BR-S-02"]),
    ] {
        let found = rules(text.as_bytes());
        let found: Vec<_> = found.iter().filter(|rule| *rule != "BR-CO-26").collect();
        assert_eq!(found, expected, "{name}");
    }
}
