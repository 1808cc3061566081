//! The parts that pages are made of, each shown once, in both languages.

use crate::house::{House, Page};
use crate::order::in_order;
use actix_web::http::header::ContentType;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, web};
use askama::Template;
use chrono::NaiveDate;
use domain::pool::PoolStatus;
use domain::refusal::{Refusal, Side};
use domain::{Currency, Invalid, Invalids, Money, Units};
use muniment::app::App;
use muniment::http::identity::{SESSION_COOKIE, form_token};
use muniment::pages::context::PageContext;
use muniment::pages::form::Form;
use muniment::pages::posted::{Posted, Step};
use muniment::pages::texts::Locale;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% extends "layout.html" %}{% import "ui.html" as ui %}
{% block title %}Parts{% endblock %}
{% block main %}<h1>Parts</h1>
{% call ui::refusals(refusals) %}{% endcall %}
<form method="post" action="/parts" enctype="multipart/form-data">
{% call ui::errors(form) %}{% endcall %}
{% call ui::safe(form) %}{% endcall %}
{% call ui::field(form, "email") %}{% endcall %}
{% call ui::amount(form, "units", unit="EUR") %}{% endcall %}
{% call ui::textarea(form, "note", required=false) %}{% endcall %}
{% call ui::select(form, "role", options, empty=page.t("choose")) %}{% endcall %}
{% call ui::choices(form, "classes", options) %}{% endcall %}
{% call ui::tick(form, "wallet") %}{% endcall %}
{% call ui::upload(form, "files", accept=".csv,.xml", several=true) %}{% endcall %}
{% call ui::review_button() %}{% endcall %}
</form>
{% call ui::review(form, "/parts") %}<p id="plain-words">{{ page.say(money) }}</p>{% endcall %}
<dl class="facts">
{% call ui::fact("Amount", money) %}{% endcall %}
{% call ui::fact("Units", units) %}{% endcall %}
</dl>
<p id="line">{% call ui::status(status, tone="good") %}{% endcall %} {% call ui::value(units) %}{% endcall %}
{% call ui::day(day) %}{% endcall %}</p>
{% call ui::table("Amounts") %}<tbody><tr><th scope="row">A</th>{% call ui::number_cell(money) %}{% endcall %}</tr></tbody>{% endcall %}
{% endblock %}"##
)]
struct Parts {
    page: PageContext,
    form: Form,
    options: Vec<(&'static str, String)>,
    refusals: Vec<Refusal>,
    money: Money,
    units: Units,
    status: PoolStatus,
    day: NaiveDate,
}

fn context(app: &App, locale: Locale) -> PageContext {
    PageContext {
        app: app.clone(),
        locale,
        reader: None,
        now: app.clock.now(),
        form_token: "token".to_owned(),
        secure: false,
        part: false,
        path: "/parts".to_owned(),
        here: "/parts".to_owned(),
    }
}

fn parts(house: &House, locale: Locale) -> Page {
    let page = context(&house.app, locale);
    let mut invalids = Invalids::default();
    for field in ["email", "units", "note", "role", "classes", "wallet", "files"] {
        invalids.push(Invalid::new(field, "", "a UUID of 36 characters"));
    }
    let posted = post(&house.app, "units=5&note=a%0Ab&role=x&classes=y&classes=x&wallet=yes&step=review");
    let parts = Parts {
        form: page.form("parts").refused(&posted, invalids),
        page,
        options: vec![("x", "Exes".to_owned()), ("y", "Whys".to_owned()), ("z", "Zeds".to_owned())],
        refusals: vec![
            Refusal::CapExceeded { would_hold: 50_001, limit: 50_000 },
            Refusal::Unknown { side: Side::Receiver },
        ],
        money: Money::new(-1_234_567, Currency::EUR),
        units: Units::try_from(1_000_000).unwrap(),
        status: PoolStatus::Live,
        day: NaiveDate::from_ymd_opt(2026, 3, 31).unwrap(),
    };
    Page { status: 200, location: None, headers: Default::default(), html: parts.render().unwrap() }
}

/// A form as the server reads it, with the token of a session.
fn post(app: &App, body: &str) -> Posted {
    let token = form_token(app, "secret");
    let request = TestRequest::post()
        .app_data(web::Data::new(app.clone()))
        .cookie(actix_web::cookie::Cookie::new(SESSION_COOKIE, "secret"))
        .insert_header(ContentType::form_url_encoded())
        .set_payload(format!("form_token={token}&idempotency_key=k-1&{body}"));
    read(request).unwrap()
}

fn read(request: TestRequest) -> Result<Posted, actix_web::Error> {
    let (request, mut payload) = request.to_http_parts();
    actix_web::rt::System::new().block_on(Posted::from_request(&request, &mut payload))
}

#[test]
fn every_part_is_in_order_and_keeps_what_was_typed() {
    let house = House::open();
    let page = parts(&house, Locale::English);
    // The form and its review stand on one page here only, so the ids of the fields are there once.
    in_order(&page, "parts");
    assert_eq!(page.attributes("#parts-units", "value"), ["5"]);
    assert_eq!(page.texts("#parts-note"), ["a b"]);
    assert_eq!(page.attributes("#parts-role option[selected]", "value"), ["x"]);
    assert_eq!(page.attributes("#parts-classes input[checked]", "value"), ["x", "y"]);
    assert_eq!(page.attributes("#parts-wallet[checked]", "value"), ["yes"]);
    for field in ["email", "units", "note", "role", "classes", "wallet", "files"] {
        let error = page.texts(&format!("#parts-{field}-error"));
        assert_eq!(error, ["Expected: a UUID of 36 characters."], "{field}");
        assert_eq!(page.attributes(&format!("#parts-{field}"), "aria-invalid"), ["true"], "{field}");
    }
    assert_eq!(page.texts("[role=alert] h2"), ["Refused for 2 reasons", "7 entries are not accepted"]);
    assert_eq!(page.texts("#plain-words"), ["-12,345.67 EUR"]);
    assert_eq!(page.texts("#line"), ["Live 1,000,000 2026-03-31"]);
    assert_eq!(page.texts("td.number"), ["-12,345.67 EUR"]);
}

#[test]
fn a_review_carries_what_was_typed_and_asks_before_it_acts() {
    let house = House::open();
    let page = parts(&house, Locale::Chinese);
    let names = page.attributes(".review input[type=hidden]", "name");
    let typed = ["units", "note", "role", "classes", "classes", "wallet"];
    assert_eq!(names[..2], ["form_token", "idempotency_key"]);
    assert_eq!(names[2..], typed);
    assert_eq!(page.attributes(".review button", "value"), ["confirm", "change"]);
    assert_eq!(page.texts(".review h2"), ["将要执行的操作"]);
    let posted = post(&house.app, "step=review");
    assert_eq!((posted.step(), post(&house.app, "step=change").step()), (Step::Review, Step::Change));
    assert_eq!(post(&house.app, "units=5").step(), Step::Confirm);
}

#[test]
fn a_field_becomes_a_value_of_the_business_or_says_what_is_wrong_with_it() {
    let house = House::open();
    let posted = post(&house.app, "units=+12+&cap=x&none=");
    assert_eq!(posted.parse::<Units>("units").unwrap().get(), 12);
    assert_eq!(posted.parse::<Units>("cap").unwrap_err().field, "cap");
    assert_eq!(posted.parse_optional::<Units>("none"), Ok(None));
    assert_eq!(posted.idempotency_key().unwrap().as_deref(), Some("k-1"));
    assert_eq!(posted.text("form_token").len(), 64);
}

#[test]
fn files_arrive_with_their_form_and_not_without_its_token() {
    let house = House::open();
    let token = form_token(&house.app, "secret");
    let body = |token: &str| {
        let part = |head: &str, content: &str| {
            format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
        };
        let parts = [
            part("name=\"form_token\"", token),
            part("name=\"pool\"", "Pool 一"),
            part("name=\"files\"; filename=\"a.csv\"", "id,amount\n1,2\n"),
            part("name=\"files\"; filename=\"b.xml\"", "<a/>"),
            part("name=\"terms\"; filename=\"\"", ""),
        ];
        format!("{}--edge--\r\n", parts.concat())
    };
    let request = |body: String| {
        TestRequest::post()
            .app_data(web::Data::new(house.app.clone()))
            .cookie(actix_web::cookie::Cookie::new(SESSION_COOKIE, "secret"))
            .insert_header(("content-type", "multipart/form-data; boundary=edge"))
            .set_payload(body)
    };
    let posted = read(request(body(&token))).unwrap();
    assert_eq!(posted.text("pool"), "Pool 一");
    let files: Vec<_> = posted.files("files").map(|file| (file.name.as_str(), file.content.len())).collect();
    assert_eq!(files, [("a.csv", 14), ("b.xml", 4)]);
    assert_eq!(posted.files("terms").count(), 0);
    assert_eq!(read(request(body("forged"))).unwrap_err().as_response_error().status_code(), 403);
}
