//! Tables as CSV (RFC 4180) that a spreadsheet opens without running what a cell pretends to be.

use actix_web::HttpResponse;
use actix_web::http::header;
use domain::Invalid;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// CSV.
    Csv,
}

impl Format {
    /// The format that a query names; JSON when it names none.
    ///
    /// # Errors
    /// When there is no such format.
    pub fn of(name: Option<&str>) -> Result<Self, Invalid> {
        match name {
            None | Some("json") => Ok(Self::Json),
            Some("csv") => Ok(Self::Csv),
            Some(other) => Err(Invalid::new("format", other, "one of: json csv")),
        }
    }
}

/// A download with a header line. Lines end with CR LF, as the RFC says.
pub fn download(name: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> HttpResponse {
    let mut text = line(columns.iter().map(|column| (*column).to_owned()));
    for row in rows {
        text.push_str(&line(row));
    }
    // A name of ours: letters, digits, hyphens and dots only.
    let safe: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).collect();
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{safe}\"")))
        .body(text)
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|text| cell(&text)).collect();
    cells.join(",") + "\r\n"
}

/// A cell. What a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, written) in [
            ("senior", "senior"),
            ("=1+1", "'=1+1"),
            ("+44", "'+44"),
            ("-2", "'-2"),
            ("@cmd", "'@cmd"),
            ("\t=1", "'\t=1"),
            ("a,b", "\"a,b\""),
            ("he said \"no\"", "\"he said \"\"no\"\"\""),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), written, "{text}");
        }
    }
}
