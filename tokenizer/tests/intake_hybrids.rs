//! ZUGFeRD and Factur-X: PDFs that carry an invoice, and those made to exhaust.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use flate2::{Compression, write::ZlibEncoder};
use muniment_tokenizer::intake::invoice::{self, Verdict};
use std::io::Write;

const CII: &str = include_str!("../../samples/invoice-cii.xml");

fn rules(bytes: &[u8]) -> Vec<String> {
    invoice::read(bytes).report("a.pdf").rules
}

/// A PDF of these objects, the first of which is its catalogue.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = String::new();
    for (number, object) in (1..).zip(objects) {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let (start, size) = (file.len(), objects.len() + 1);
    let head = format!("xref\n0 {size}\n0000000000 65535 f \n{places}");
    let tail = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.extend(head.bytes().chain(tail.bytes()));
    file
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// A PDF with one attachment of this name.
fn carrying(name: &str, file: Vec<u8>) -> Vec<u8> {
    let catalogue = format!("<< /Type /Catalog /Names << /EmbeddedFiles << /Names [({name}) 2 0 R] >> >> >>");
    let named = format!("<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F 3 0 R >> >>");
    pdf(&[catalogue.into_bytes(), named.into_bytes(), file])
}

fn packed(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_pdf_is_judged_by_the_invoice_it_carries() {
    let Verdict::Accepted(alone) = invoice::read(CII.as_bytes()) else { panic!("the sample is valid") };
    let sample = include_bytes!("../../samples/invoice-zugferd.pdf");
    assert_eq!(invoice::read(sample), Verdict::Accepted(alone.clone()));
    for name in ["factur-x.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml"] {
        let made = carrying(name, stream("/Type /EmbeddedFile", CII.as_bytes()));
        assert_eq!(invoice::read(&made), Verdict::Accepted(alone.clone()), "{name}");
    }
    let zipped = stream("/Type /EmbeddedFile /Filter /FlateDecode", &packed(CII.as_bytes()));
    assert_eq!(invoice::read(&carrying("factur-x.xml", zipped)), Verdict::Accepted(alone));
    let wrong = CII.replace(">11900.00<", ">11900.01<");
    let made = carrying("factur-x.xml", stream("/Type /EmbeddedFile", wrong.as_bytes()));
    assert!(rules(&made).contains(&"BR-CO-15".to_owned()));
}

#[test]
fn a_pdf_without_an_invoice_is_told_apart_from_one_that_cannot_be_read() {
    let picture = carrying("picture.png", stream("/Type /EmbeddedFile", b"no invoice"));
    assert_eq!(rules(&picture), ["FILE-TYPE"]);
    assert_eq!(rules(b"%PDF-1.7"), ["PDF"]);
    let cut = &include_bytes!("../../samples/invoice-zugferd.pdf")[..3_000];
    assert_eq!(rules(cut), ["PDF"]);
}

#[test]
fn a_pdf_made_to_exhaust_is_refused() {
    let zeros = packed(&vec![0; 4 * invoice::MAX_BYTES]);
    let twice = packed(&zeros);
    let catalogue = b"<< /Type /Catalog >>".to_vec();
    let bomb = |filters: &str, data: &[u8]| {
        carrying("factur-x.xml", stream(&format!("/Type /EmbeddedFile /Filter [{filters}]"), data))
    };
    let objects = stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &zeros);
    let loops = b"<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>".to_vec();
    let deep = stream("/Type /EmbeddedFile /Filter /FlateDecode", &packed("<a>".repeat(50_000).as_bytes()));
    for (file, rule) in [
        (bomb("/FlateDecode", &zeros), "PDF-BOMB"),
        (bomb("/FlateDecode /FlateDecode", &twice), "PDF-BOMB"),
        (pdf(&[catalogue.clone(), objects]), "PDF-BOMB"),
        (pdf(&[loops, b"<< /Kids [2 0 R 2 0 R] >>".to_vec()]), "PDF-BOMB"),
        (pdf(&[catalogue.clone(), [b"[".repeat(200_000), b"]".repeat(200_000)].concat()]), "PDF-WORDS"),
        (pdf(&[catalogue.clone(), [&b"["[..], &b"0 ".repeat(200_000), b"]"].concat()]), "PDF-WORDS"),
        (pdf(&[catalogue, [&b"/"[..], &b"A".repeat(4_000_000)].concat()]), "PDF-WORDS"),
        (carrying("factur-x.xml", deep), "XSD"),
        ([&b"%PDF-1.7"[..], &vec![0; invoice::MAX_BYTES]].concat(), "FILE-SIZE"),
    ] {
        assert_eq!(rules(&file), [rule]);
    }
}

/// Bytes of a good file are changed at random places, from a number that is printed when it fails.
#[test]
fn no_damage_to_a_pdf_makes_the_reader_fail() {
    use rand::{Rng, SeedableRng};
    let good = include_bytes!("../../samples/invoice-zugferd.pdf");
    for seed in 0..300 {
        let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let mut bad = good.to_vec();
        for _ in 0..=seed.rem_euclid(40) {
            let at = chance.random_range(9..bad.len());
            match chance.random_range(0..3) {
                0 => bad[at] = chance.random(),
                1 => bad.truncate(at.max(100)),
                _ => {
                    let part = bad[at / 2..at].to_vec();
                    bad.splice(at..at, part);
                }
            }
            bad.truncate(200_000);
        }
        let read = std::panic::catch_unwind(|| invoice::read(&bad));
        assert!(read.is_ok(), "seed {seed}");
    }
}
