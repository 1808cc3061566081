//! Invoices and a rent roll come in, pools are drafted and become tokens.

mod imports;
mod pages;
mod pools;

use crate::stage::{Answer, Person, Stage};
use chrono::{NaiveDate, TimeDelta};
use reqwest::Method;
use reqwest::blocking::multipart::{Form, Part};
use serde_json::{Value, json};
use std::time::Duration;

/// The header of the template of invoices.
pub(crate) const HEADER: &str = "external_id,number,issue_date,due_date,currency,amount,seller_name,seller_vat_id,seller_country,\
buyer_name,buyer_vat_id,buyer_country,iban";

/// Posts files under the field `files`.
pub(crate) fn upload(person: &Person, path: &str, files: &[(&str, &str)]) -> Answer {
    let mut form = Form::new();
    for (name, content) in files {
        form = form.part("files", Part::text((*content).to_owned()).file_name((*name).to_owned()));
    }
    // Thousands of rows take a while where nothing is optimised and the machine is busy.
    let request = person.request(Method::POST, path).timeout(Duration::from_secs(300));
    Answer::of(request.multipart(form).send().unwrap())
}

/// Keeps a document of a pool.
pub(crate) fn bring_document(person: &Person, pool: &str, name: &str, file: &str, content: &str) -> Answer {
    let part = Part::text(content.to_owned()).file_name(file.to_owned());
    let form = Form::new().text("name", name.to_owned()).part("file", part);
    let path = format!("/v1/pools/{pool}/documents");
    Answer::of(person.request(Method::POST, &path).multipart(form).send().unwrap())
}

/// Today by the clock of the stage.
fn today(stage: &Stage) -> NaiveDate {
    stage.app.clock.now().date_naive()
}

/// One row: issued 10 days ago, due in some days, in EUR cents, from the seller with this VAT id.
fn row(stage: &Stage, (key, number): (&str, &str), days: i64, amount: &str, seller_vat: &str) -> String {
    let (issued, due) = (today(stage) - TimeDelta::days(10), today(stage) + TimeDelta::days(days));
    format!(
        "{key},{number},{issued},{due},EUR,{amount},Nordlicht GmbH,{seller_vat},DE,Van Dijk B.V.,NL809163160B01,NL,"
    )
}

/// A CSV of these rows.
pub(crate) fn csv(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

/// Brings three invoices in: 11,900.00, 1,250.50 and 8,000.00, due in 30, 60 and 45 days.
fn three_invoices(stage: &Stage, issuer: &Person) {
    let rows = [
        row(stage, ("ERP-1", "R-1001"), 30, "11900.00", "DE136695976"),
        row(stage, ("ERP-2", "R-1002"), 60, "1250.50", "DE136695976"),
        row(stage, ("ERP-3", "R-1003"), 45, "8000.00", "DE136695976"),
    ];
    let report = upload(issuer, "/v1/imports/invoices", &[("invoices.csv", &csv(&rows))]).expect(201);
    assert_eq!((&report["accepted"], &report["rejected"]), (&json!(3), &json!(0)), "{report}");
}

/// Drafts a pool of everything there is in EUR and returns its id.
fn draft(issuer: &Person, symbol: &str) -> String {
    let new = json!({ "name": format!("Pool {symbol}"), "symbol": symbol, "currency": "EUR", "filter": {} });
    issuer.post("/v1/pools", &new).expect(201)["id"].as_str().unwrap().to_owned()
}

/// Terms of one partition.
pub(crate) fn terms(
    stage: &Stage,
    (name, seniority): (&str, i64),
    units: i64,
    unit_price_minor: i64,
) -> Value {
    json!({
        "name": name, "seniority": seniority, "authorised_units": units, "unit_price_minor": unit_price_minor,
        "coupon_rate_percent": "5.25", "coupon_months": 3, "day_count": "ACT_360",
        "first_period_start": today(stage), "allowed_countries": ["DE", "NL"],
        "allowed_classes": ["professional", "institutional"] })
}

/// Waits until a pool stands in a status, and returns it.
pub(crate) fn pool_in(stage: &Stage, issuer: &Person, pool: &str, status: &str) -> Value {
    let read = || issuer.get(&format!("/v1/pools/{pool}")).expect(200);
    stage.wait_until(status, || read()["status"] == status);
    read()
}
