//! A table is read row by row, each error with its place.

use super::*;

const COLUMNS: Columns = Columns { required: &["id", "name"], optional: &["note"] };

fn rows(text: &[u8]) -> Vec<Result<(u64, String, String), String>> {
    let mut table = Table::open("a.csv", text, &COLUMNS).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = table.next_row() {
        rows.push(
            row.map(|row| (row.number, row.cell("id").to_owned(), row.cell("name").to_owned()))
                .map_err(|bad| bad.to_string()),
        );
    }
    rows
}

fn good(row: u64, id: &str, name: &str) -> Result<(u64, String, String), String> {
    Ok((row, id.to_owned(), name.to_owned()))
}

#[test]
fn both_separators_with_and_without_mark_give_the_same_rows() {
    for text in [
        &b"id,name\n1,Anna\n"[..],
        b"\xEF\xBB\xBFid;name\r\n1;Anna\r\n",
        b"ID , Name\n\n\"1\",\" Anna \"",
        b"name;id\nAnna;1",
    ] {
        let found = rows(text);
        assert_eq!(found.len(), 1);
        let (_, id, name) = found[0].clone().unwrap();
        assert_eq!((id.as_str(), name.as_str()), ("1", "Anna"));
    }
}

#[test]
fn a_bad_row_is_named_and_the_next_one_is_read() {
    let found = rows(b"id,name\n1\n2,\"open\n3,\xFF\n4,=1+1\n5,\"say \"\"hi\"\"\"\n6,\"x\"y\n7,-3\n");
    assert_eq!(found.len(), 7);
    let texts: Vec<_> =
        found.iter().map(|row| row.clone().unwrap_or_else(|bad| (0, bad, String::new())).1).collect();
    assert_eq!(
        texts[0],
        "a.csv, row 2: row: \"1 cells\" is not accepted: 2 cells, as many as the header has"
    );
    assert!(texts[1].starts_with("a.csv, row 3: row: \"\" is not accepted: every quote closed"));
    assert!(texts[2].starts_with("a.csv, row 4: name: \"\" is not accepted: text in UTF-8"));
    assert!(
        texts[3].starts_with("a.csv, row 5: name: \"\" is not accepted: text that does not begin with =")
    );
    assert_eq!(found[4], good(6, "5", "say \"hi\""));
    assert!(texts[5].starts_with("a.csv, row 7: row: \"\" is not accepted: every quote closed"));
    assert_eq!(found[6], good(8, "7", "-3"));
}

#[test]
fn a_row_beyond_the_limit_is_refused_without_keeping_it() {
    let mut text = b"id,name\n1,".to_vec();
    text.resize(text.len() + MAX_ROW_BYTES, b'x');
    text.extend_from_slice(b"\n2,Ben\n");
    let found = rows(&text);
    assert_eq!(
        found[0],
        Err("a.csv, row 2: row: \"\" is not accepted: at most 16384 bytes in a row".to_owned())
    );
    assert_eq!(found[1], good(3, "2", "Ben"));
}

#[test]
fn every_fault_of_a_header_is_told() {
    let bad = Table::open("a.csv", &b"id,nmae,id\n"[..], &COLUMNS).unwrap_err();
    assert_eq!(
        bad.to_string(),
        "a.csv, row 1: header: \"nmae\" is not accepted: one of id, name, note; \
         header: \"id\" is not accepted: each column once; header: \"\" is not accepted: a column name"
    );
    assert_eq!(Table::open("a.csv", &b""[..], &COLUMNS).unwrap_err().row, 1);
}

#[test]
fn what_a_spreadsheet_would_run_is_made_harmless_on_the_way_out() {
    for (text, cell) in [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("-2.50", "-2.50"),
        ("  =1", "'  =1"),
        ("a;b", "\"a;b\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("Anna", "Anna"),
    ] {
        assert_eq!(export_cell(text), cell, "{text}");
    }
}
