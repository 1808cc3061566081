//! An issuer clicks from invoices to a token, with forms alone, in both languages.

use super::{draft, pool_in, terms, three_invoices, today};
use crate::house::{Browser, Page};
use crate::in_order::in_order;
use crate::stage::{PASSWORD, Stage};
use domain::party::Role;
use serde_json::json;

/// A browser in which the issuer is signed in.
fn signed_in(stage: &Stage) -> Browser {
    let browser = Browser::at(&stage.url);
    let form = browser.get("/sign-in").form("/sign-in");
    assert_eq!(form.set("email", "nord@example.org").set("password", PASSWORD).send(&browser).status, 303);
    browser
}

/// Where a form led.
fn went_to(page: &Page) -> String {
    assert_eq!(page.status, 303, "{}", page.html);
    page.location.clone().unwrap()
}

#[test]
fn an_issuer_clicks_from_invoices_to_a_token() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    three_invoices(&stage, &issuer);
    let browser = signed_in(&stage);

    let new = browser
        .get("/pools/new")
        .form("/pools/new")
        .set("name", "Nord 1")
        .set("symbol", "NRD1")
        .set("currency", "EUR");
    let review = new.clone().set("step", "review").send(&browser);
    in_order(&review, "review of a draft");
    assert!(review.texts(".review dd").contains(&"21,150.50 EUR".to_owned()), "{}", review.html);
    assert_eq!(issuer.get("/v1/pools").expect(200)["items"], json!([]));
    let path = went_to(&review.form("/pools/new").set("step", "confirm").send(&browser));

    let terms = format!("{path}/tokenise");
    let mut form = browser.get(&terms).form(&terms);
    let today = today(&stage).to_string();
    form = form.set("partitions[0].name", "senior").set("partitions[1].name", "junior");
    for (name, value) in [
        ("first_period_start", today.as_str()),
        ("authorised_units", "10,000"),
        ("unit_price", "1.00"),
        ("coupon_rate_percent", "5.25"),
        ("coupon_months", "3"),
        ("day_count", "ACT_360"),
        ("cap_percent", "5"),
        ("allowed_countries", "DE, NL"),
        ("allowed_classes", "professional"),
    ] {
        for position in 0..2 {
            form = form.set(&format!("partitions[{position}].{name}"), value);
        }
    }
    let dear = form.clone().set("partitions[0].unit_price", "10.00").set("step", "review").send(&browser);
    assert_eq!(dear.status, 422);
    in_order(&dear, "refused terms");
    assert!(dear.texts(".notice.bad li").concat().contains("21,150.50 EUR"), "{}", dear.html);
    let plan = form.set("step", "review").send(&browser);
    in_order(&plan, "review of a tokenisation");
    let words = plan.texts(".review li").join(" ");
    assert!(
        words.contains("3 invoices over 21,150.50 EUR") && words.contains("10,000 units at 1.00 EUR"),
        "{words}"
    );
    assert_eq!(went_to(&plan.form(&terms).set("step", "confirm").send(&browser)), path);

    let id = path.trim_start_matches("/pools/").to_owned();
    pool_in(&stage, &issuer, &id, "offered");
    let shown = browser.get(&path);
    in_order(&shown, "an offered pool");
    let partitions = shown.texts("tbody th");
    assert!(partitions.contains(&"senior".to_owned()) && partitions.contains(&"junior".to_owned()));
}

#[test]
fn the_pages_of_an_issuer_are_in_order_in_both_languages() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    three_invoices(&stage, &issuer);
    let pool = draft(&issuer, "NRD1");
    let property = json!({ "external_id": "H12", "name": "Hafenstrasse", "country": "DE",
        "address": "Hafenstrasse 12, Hamburg", "currency": "EUR", "valuation_minor": 250_000_000 });
    let property = issuer.post("/v1/properties", &property).expect(201)["id"].as_str().unwrap().to_owned();
    let import = issuer.get("/v1/imports").expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let invoice = issuer.get("/v1/invoices").expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let request = json!({ "partitions": [terms(&stage, ("senior", 1), 100, 1_00)] });
    issuer.post(&format!("/v1/pools/{pool}/tokenisation?dry_run=true"), &request).expect(200);
    let browser = signed_in(&stage);
    for language in ["en", "zh-CN"] {
        browser.get(&format!("/language/{language}"));
        for path in [
            "/".to_owned(),
            "/imports".to_owned(),
            format!("/imports/{import}"),
            "/invoices".to_owned(),
            "/invoices?status=pledged".to_owned(),
            format!("/invoices/{invoice}"),
            "/properties".to_owned(),
            "/properties/new".to_owned(),
            format!("/properties/{property}"),
            "/pools".to_owned(),
            "/pools/new".to_owned(),
            format!("/pools/{pool}"),
            format!("/pools/{pool}/tokenise"),
        ] {
            let page = browser.get(&path);
            assert_eq!(page.status, 200, "{path}");
            in_order(&page, &format!("{path} in {language}"));
        }
    }
}

#[test]
fn an_invoice_is_disputed_with_a_button_and_filtered_for() {
    let stage = Stage::start();
    let issuer = stage.person("nord", Role::Issuer);
    three_invoices(&stage, &issuer);
    let browser = signed_in(&stage);
    let list = browser.get("/invoices");
    assert_eq!(list.texts("tbody tr").len(), 3);
    let path = list.attributes("tbody a", "href").remove(0);
    let went = browser.get(&path).form(&format!("{path}/dispute")).send(&browser);
    assert_eq!(went_to(&went), path);
    assert_eq!(browser.get("/invoices?status=disputed").texts("tbody tr").len(), 1);
    let wrong = browser.get("/properties/new").form("/properties/new").set("name", " ").send(&browser);
    assert_eq!(wrong.status, 422);
    in_order(&wrong, "a refused property");
}
