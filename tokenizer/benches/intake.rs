//! Figures of the intake: rows and invoices a second, and the most memory meanwhile. Printed, not asserted.

#![allow(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first fault and prints ratios"
)]

use muniment_tokenizer::intake::{
    fingerprint::{Claim, FingerprintKey, Fingerprints},
    invoice::{self, Verdict},
    invoice_csv::{InvoiceRow, InvoiceRows},
};
use std::{
    fs,
    hint::black_box,
    io::{BufReader, Read},
    time::{Duration, Instant},
};

const UBL: &str = include_str!("../../samples/invoice-ubl.xml");
const CII: &str = include_str!("../../samples/invoice-cii.xml");
const PDF: &[u8] = include_bytes!("../../samples/invoice-zugferd.pdf");

fn main() {
    println!("{:<44} {:>12} {:>14} {:>12}", "what", "number", "a second", "peak memory");
    for rows in [10_000, 100_000] {
        measure(&format!("CSV rows, {} KB", size(rows) / 1024), rows, || csv(rows, |_| {}));
    }
    let key = FingerprintKey::new([7; 32]);
    measure("CSV rows with fingerprints", 10_000, || {
        csv(10_000, |row| {
            black_box(Fingerprints::of(&Claim::from(row), &key));
        });
    });
    for (name, text) in [("UBL", UBL), ("CII", CII)] {
        let what = format!("{name} invoices, {} KB", text.len() / 1024);
        measure(&what, 2_000, || (0..2_000).for_each(|_| accepted(text.as_bytes())));
    }
    measure(&format!("ZUGFeRD invoices, {} KB", PDF.len() / 1024), 2_000, || {
        (0..2_000).for_each(|_| accepted(PDF))
    });
    let long = lines(1_000);
    measure(&format!("UBL invoices of 1,000 lines, {} KB", long.len() / 1024), 10, || {
        (0..10).for_each(|_| accepted(long.as_bytes()));
    });
    hostile();
}

fn accepted(bytes: &[u8]) {
    assert!(matches!(black_box(invoice::read(bytes)), Verdict::Accepted(_)));
}

/// The start of an invoice, without the end of its tag.
const ROOT: &str = "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"";

/// What a file is called, and how it is made.
type Case = (&'static str, fn() -> Vec<u8>);

/// A PDF with one object between its catalogue and its end.
fn pdf(object: &[u8]) -> Vec<u8> {
    let catalogue = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /L 2 0 R >>\nendobj\n";
    let (second, table) = (catalogue.len(), catalogue.len() + object.len() + 16);
    let start = format!("{catalogue}2 0 obj\n");
    let end = format!(
        "\nendobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n{second:010} 00000 n \n\
         trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
    );
    [start.as_bytes(), object, end.as_bytes()].concat()
}

/// Files made to exhaust: how much time of the processor until each is refused, and the most memory meanwhile, the
/// file itself included. The time is the best of a few, for other work on the machine only adds to it.
fn hostile() {
    let cases: [Case; 19] = [
        ("8 MB with a document type", || {
            format!("<!DOCTYPE a [<!ENTITY a \"ha\">]><a>{}</a>", fill("&a;")).into_bytes()
        }),
        ("8 MB of entity declarations", || {
            format!("<!DOCTYPE a [{}]><a/>", fill("<!ENTITY a \"ha\">")).into_bytes()
        }),
        ("8 MB nested", || format!("{ROOT}>{}", fill("<a>")).into_bytes()),
        ("8 MB of empty elements", || format!("{ROOT}>{}", fill("<Invoice/>")).into_bytes()),
        ("8 MB of attributes", || format!("{ROOT}{}/>", fill(" a=\"\"")).into_bytes()),
        ("8 MB of text", || format!("{ROOT}>{}</Invoice>", fill("text ")).into_bytes()),
        ("8 MB of one tag without end", || format!("{ROOT} a=\"{}", fill("x")).into_bytes()),
        ("1,000 repetitions", || ending(&"<cbc:ID/>".repeat(990)).into_bytes()),
        ("80,000 attributes", || lines(2_000).replace("<cac:Price>", &attributed()).into_bytes()),
        ("1,750 lines with wrong units", || lines(1_750).replace("C62", "XXX").into_bytes()),
        ("1,600 lines, 900 tax subtotals", || subtotals().into_bytes()),
        ("PDF of 8 MB of nested arrays", || pdf(&b"[".repeat(8_000_000))),
        ("PDF of 99,000 numbers", || pdf(format!("[{}]", "0 ".repeat(99_000)).as_bytes())),
        ("PDF of a name of 2 MB", || pdf(format!("/{}", "A".repeat(2_000_000)).as_bytes())),
        ("PDF of a name of 8 MB, no text", || pdf(&[b"/", &*b"\xE9".repeat(8_000_000)].concat())),
        ("PDF of 8 MB of short names, no text", || pdf(&b"/\xE9\xE9\xE9\xE9\xE9".repeat(1_300_000))),
        ("PDF of a string of 8 MB, no text", || pdf(&[b"(", &*b"\xE9".repeat(8_000_000), b")"].concat())),
        ("PDF of a word of 8 MB, no text", || pdf(&b"\xE9".repeat(8_000_000))),
        ("16 MB", || b"<".repeat(2 * invoice::MAX_BYTES)),
    ];
    for (what, make) in cases {
        let text = make();
        reset_peak();
        let mut took = Duration::MAX;
        let mut refused = true;
        for _ in 0..5 {
            let start = processor();
            refused &= matches!(black_box(invoice::read(&text)), Verdict::Rejected { .. });
            took = took.min(processor().saturating_sub(start));
        }
        let most = memory("VmHWM");
        println!("refused: {what:<35} {refused:>12} {took:>14.1?} {most:>9} KB");
    }
}

/// As many of a part as fit into the largest file that is read.
fn fill(part: &str) -> String {
    part.repeat(invoice::MAX_BYTES.div_euclid(part.len()) - 100)
}

fn ending(more: &str) -> String {
    UBL.replace("</Invoice>", &format!("{more}</Invoice>"))
}

fn attributed() -> String {
    format!("<cac:Price {}>", (0..20).map(|i| format!("a{i}=\"\" ")).collect::<String>())
}

fn subtotals() -> String {
    let (start, end) = (UBL.find("    <cac:TaxSubtotal>").unwrap(), UBL.find("  </cac:TaxTotal>").unwrap());
    lines(1_600).replace("  </cac:TaxTotal>", &format!("{}  </cac:TaxTotal>", UBL[start..end].repeat(900)))
}

fn measure(what: &str, number: u32, work: impl FnOnce()) {
    reset_peak();
    let start = Instant::now();
    work();
    let took = start.elapsed().max(Duration::from_micros(1));
    let a_second = f64::from(number) / took.as_secs_f64();
    println!("{what:<44} {number:>12} {a_second:>14.0} {:>9} KB", memory("VmHWM"));
}

/// Reads rows that are made while they are read, so that the file is never in memory.
fn csv(rows: u32, mut each: impl FnMut(&InvoiceRow)) {
    let read = InvoiceRows::open("bench.csv", BufReader::new(Made::new(rows))).unwrap();
    let good = read.map(|row| each(&row.unwrap())).count();
    assert_eq!(good, rows as usize);
}

fn size(rows: u32) -> usize {
    BufReader::new(Made::new(rows)).bytes().count()
}

/// A CSV file that is made on the way.
struct Made {
    rows: std::ops::Range<u32>,
    rest: Vec<u8>,
}

impl Made {
    fn new(rows: u32) -> Self {
        let header = "external_id,number,issue_date,due_date,currency,amount,seller_name,seller_vat_id,buyer_name,\
            buyer_country\n";
        Self { rows: 0..rows, rest: header.into() }
    }
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty()
            && let Some(row) = self.rows.next()
        {
            let (cents, day) = (row % 100, row % 28 + 1);
            self.rest = format!(
                "ERP-{row},R-2026-{row},2026-01-{day:02},2026-03-{day:02},EUR,1{row}.{cents:02},Seller GmbH,\
                DE136695976,\"Buyer, {row}\",NL\n"
            )
            .into();
        }
        let length = self.rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        Ok(length)
    }
}

/// Our sample with its line many times, and the totals that belong to it.
fn lines(count: usize) -> String {
    let (start, end) = (UBL.find("  <cac:InvoiceLine>").unwrap(), UBL.find("</Invoice>").unwrap());
    let (head, line) = (&UBL[..start], &UBL[start..end]);
    let times = |cents: u64| format!(">{}.00<", cents * count as u64);
    let head = head
        .replace(">10000.00<", &times(10_000))
        .replace(">1900.00<", &times(1_900))
        .replace(">11900.00<", &times(11_900));
    format!("{head}{}</Invoice>", line.repeat(count))
}

/// The time that this thread has had on a processor; the clock on systems that do not tell.
fn processor() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// A figure of `/proc/self/status` in KB; 0 on systems without it.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
}

/// Lets the system count the peak anew; where it cannot, the peak is that of the whole run.
fn reset_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}
