//! The money by hand, in both languages: cash is booked, a coupon declared, its run watched, the payment seen.

use crate::house::{Browser, Page};
use crate::in_order::in_order;
use crate::stage::{PASSWORD, Stage};
use crate::treasury::Treasury;
use domain::party::Role;
use muniment::flows::install;
use tokenizer::chain::calls;

/// Somebody at a browser, without a script, who reads one language.
pub(crate) fn reader(house: &Treasury, name: &str, language: &str) -> Browser {
    browser_of(&house.stage, name, language)
}

/// Somebody of any house at a browser.
pub(crate) fn browser_of(stage: &Stage, name: &str, language: &str) -> Browser {
    let browser = Browser::at(&stage.url);
    browser.get(&format!("/language/{language}"));
    let form = browser.get("/sign-in").form("/sign-in");
    let email = format!("{name}@example.org");
    assert_eq!(form.set("email", &email).set("password", PASSWORD).send(&browser).status, 303);
    browser
}

/// The page, which must be there, in order, and have these texts.
pub(crate) fn shows(page: Page, texts: &[&str]) -> Page {
    assert_eq!(page.status, 200, "{}", page.html);
    in_order(&page, "a page of a story");
    for text in texts {
        assert!(page.html.contains(text), "“{text}” is not on the page: {}", page.html);
    }
    page
}

/// Where a form led.
fn leads_to(page: Page) -> String {
    assert_eq!(page.status, 303, "{}", page.html);
    page.location.unwrap()
}

/// Presses a button of a review.
fn confirm(browser: &Browser, page: &Page, action: &str) -> String {
    leads_to(page.form(action).set("step", "confirm").send(browser))
}

/// What a language says on the way.
struct Words {
    language: &'static str,
    open: &'static str,
    booked: &'static str,
    above_open: &'static str,
    plan: &'static str,
    cash: &'static str,
    books_open: &'static str,
    paid: &'static str,
}

const LANGUAGES: [Words; 2] = [
    Words {
        language: "en",
        open: "345.67 EUR stay open on the invoice.",
        booked: "The collection is booked.",
        above_open: "at most 345.67 EUR: 12,000.00 EUR of 12,345.67 EUR has come in on this invoice",
        plan: "12,345.67 EUR are paid. Nothing stays due.",
        cash: "at most 12,345.67 EUR: 12,345.67 EUR in cash, less 0.00 EUR",
        books_open: "The books close at the end of",
        paid: "Paid to you",
    },
    Words {
        language: "zh-CN",
        open: "该发票尚余 345.67 EUR 未付。",
        booked: "收款已登记。",
        above_open: "不超过 345.67 EUR：该发票 12,345.67 EUR 中已收 12,000.00 EUR",
        plan: "将支付 12,345.67 EUR。应付款项全部付清。",
        cash: "不超过 12,345.67 EUR：现金 12,345.67 EUR，减去为顺位在前分档保留的 0.00 EUR",
        books_open: "登记簿于",
        paid: "已付给您",
    },
];

#[test]
fn from_a_booked_invoice_to_the_holders_payment_with_forms_alone() {
    for words in &LANGUAGES {
        story(words);
    }
}

fn story(words: &Words) {
    let house = Treasury::open(&[(333, 0), (333, 0), (334, 0)]);
    let issuer = reader(&house, "treasurer", words.language);
    let invoice = house.invoice("R-1", 12_345_67, house.today());
    book(&house, &issuer, &invoice.to_string(), words);
    let coupon = declare(&house, &issuer, words);

    shows(issuer.get(&coupon), &["HFN1 senior", words.books_open]);
    house.advance(3);
    let operator = reader(&house, "operator", words.language);
    house.wait_for(coupon.rsplit('/').next().unwrap(), "paid");
    shows(operator.get("/coupons"), &["HFN1 senior", "12,345.67 EUR"]);
    let run = shows(operator.get(&coupon), &["4,111.11 EUR", "4,123.45 EUR", "334"]);
    assert!(run.texts("tbody tr").iter().any(|row| row.ends_with("3 12,345.67 EUR")), "{}", run.html);
    let holder = reader(&house, "holder-3", words.language);
    shows(holder.get("/payments"), &[words.paid, "4,123.45 EUR", "HFN1 senior"]);
    shows(holder.get("/"), &[words.paid, "4,123.45 EUR"]);

    shows(operator.get("/ledger?kind=cash"), &["Harbour Finance", "12,345.67 EUR"]);
    shows(operator.get(&format!("/ledger/transactions?account=cash/{}", house.pool)), &["12,000.00 EUR"]);
    let compared = operator.get("/reconciliation").form("/reconciliation").send(&operator);
    let compared = leads_to(compared);
    assert!(compared.ends_with("holdings=3&coupons=1"), "{compared}");
    assert_eq!(shows(operator.get(&compared), &[]).texts(".empty").len(), 1);
}

/// Books the invoice in two parts, and tries to book more than is open.
fn book(house: &Treasury, issuer: &Browser, invoice: &str, words: &Words) {
    let list = format!("/collections/{}", house.pool);
    let action = format!("{list}/new");
    shows(issuer.get("/collections"), &["Harbour Finance", "0.00 EUR"]);
    let link = format!("{action}?invoice_id={invoice}");
    assert!(shows(issuer.get(&list), &["R-1"]).attributes("a", "href").contains(&link));
    let form = shows(issuer.get(&link), &["R-1", "12345.67"]).form(&action);
    let today = house.day(0);
    let part = form.set("amount", "12,000").set("received_on", &today).set("external_id", "B-1");
    let review = shows(part.set("step", "review").send(issuer), &["12,000.00 EUR", words.open]);
    let booked = confirm(issuer, &review, &action);
    shows(issuer.get(&booked), &[words.booked, "12,000.00 EUR"]);

    let form = issuer.get(&link).form(&action).set("received_on", &today).set("external_id", "B-2");
    let refused = form.clone().set("amount", "345.68").set("step", "review").send(issuer);
    assert_eq!(refused.status, 422);
    in_order(&refused, "a refused collection");
    assert!(refused.texts("#collection-amount-error")[0].contains(words.above_open), "{}", refused.html);
    let wrong = form.clone().set("amount", "-1").set("received_on", "tomorrow").set("external_id", "");
    let wrong = wrong.set("step", "review").send(issuer);
    for field in ["amount", "received_on", "external_id"] {
        assert_eq!(wrong.texts(&format!("#collection-{field}-error")).len(), 1, "{field}");
    }
    let review = shows(form.set("amount", "345.67").set("step", "review").send(issuer), &["345.67 EUR"]);
    confirm(issuer, &review, &action);
    assert!(
        !issuer.get(&list).attributes("a", "href").contains(&link),
        "a paid invoice is not offered again"
    );
}

/// Declares a coupon over everything that came in; where it can be seen.
fn declare(house: &Treasury, issuer: &Browser, words: &Words) -> String {
    let action = format!("/coupons/declare/{}", house.senior);
    assert!(issuer.get("/coupons").attributes("a", "href").contains(&action));
    let form = shows(issuer.get(&action), &["6%", "30E/360"]).form(&action);
    let dated = form
        .set("period_start", &house.day(-30))
        .set("period_end", &house.day(0))
        .set("record_date", &house.day(0))
        .set("payment_date", &house.day(2));
    let refused = dated.clone().set("amount", "12345.68").set("step", "review").send(issuer);
    assert_eq!(refused.status, 422);
    in_order(&refused, "a refused coupon");
    assert!(refused.texts("#coupon-amount-error")[0].contains(words.cash), "{}", refused.html);
    let early = dated.clone().set("payment_date", &house.day(0)).set("amount", "1").set("step", "review");
    assert_eq!(early.send(issuer).texts("#coupon-payment_date-error").len(), 1);
    let review = dated.set("amount", "12,345.67").set("step", "review").send(issuer);
    let review = shows(review, &[words.plan, &house.day(2)]);
    confirm(issuer, &review, &action)
}

#[test]
fn what_is_owed_is_tried_again_by_the_operator_and_claimed_by_the_holder() {
    let house = Treasury::open(&[(1, 0), (1, 0)]);
    let contracts = house.app().ask(install::installed).unwrap();
    for (key, holder) in [("block-0", 0), ("block-1", 1)] {
        house.call(key, calls::set_blocked(contracts.payment_token, house.holders[holder], true));
    }
    house.cash("rent-1", 1_000_00);
    let plan = house.declare(house.senior, &house.soon(1_000_00)).expect(201);
    let coupon = plan["coupon_id"].as_str().unwrap().to_owned();
    house.advance(3);
    house.wait_for(&coupon, "paid");

    let path = format!("/coupons/{coupon}");
    let operator = reader(&house, "operator", "en");
    shows(operator.get("/"), &["Payments owed"]);
    shows(operator.get(&path), &["Try all of them again", "500.00 EUR"]);
    let issuer = reader(&house, "treasurer", "en");
    assert!(!shows(issuer.get(&path), &["Owed"]).html.contains("Try again"), "only an operator tries again");
    let retry = format!("{path}/retry");
    let mine = shows(reader(&house, "holder-1", "en").get("/payments"), &["Owed to you", "500.00 EUR"]);
    let claims: Vec<String> = mine.attributes("form[action$='/claim']", "action");
    assert_eq!(claims.len(), 1);

    // Somebody else's payment is not there for them.
    let other = reader(&house, "holder-2", "en");
    let forged = other.post(&claims[0], &[("form_token".to_owned(), token(&other))]);
    assert_eq!(forged.status, 404);

    house.call("free-0", calls::set_blocked(contracts.payment_token, house.holders[0], false));
    let holder = reader(&house, "holder-1", "en");
    let claimed = holder.get("/payments").form(&claims[0]).send(&holder);
    assert_eq!(leads_to(claimed), "/payments?claimed=true");
    house.stage.wait_until("the claim is paid", || house.entitlements(&coupon)[0].1 == "paid");
    shows(holder.get("/payments"), &["Paid to you"]);

    house.call("free-1", calls::set_blocked(contracts.payment_token, house.holders[1], false));
    let again = operator.get(&path).form(&retry).send(&operator);
    assert_eq!(leads_to(again), format!("{path}?retried=true"));
    house.stage.wait_until("the rest is paid", || house.entitlements(&coupon)[1].1 == "paid");
    assert_eq!(house.cash_of(house.holders[1]), 500_00 * 10_000);
}

/// The token of the forms of somebody's pages.
fn token(browser: &Browser) -> String {
    browser.get("/").attributes("input[name=form_token]", "value").remove(0)
}

#[test]
fn the_clock_moves_by_a_form_and_the_pages_of_money_are_for_their_readers() {
    let house = Treasury::open(&[(1, 0)]);
    let operator = reader(&house, "operator", "en");
    let form = shows(operator.get("/clock"), &["The clock shows"]).form("/clock");
    let wrong = form.clone().set("days", "9999").send(&operator);
    assert_eq!(wrong.status, 422);
    assert!(wrong.texts("#clock-days-error")[0].contains("from 1 to 3653"), "{}", wrong.html);
    let both = form.clone().set("days", "1").set("to", "2100-01-01").send(&operator);
    assert_eq!(both.texts("#clock-to-error").len(), 1);
    let before = house.today();
    assert_eq!(leads_to(form.set("days", "2").send(&operator)), "/clock");
    house.stage.wait_until("the clock arrived", || operator.get("/clock").html.contains("it has arrived"));
    assert_eq!((house.today() - before).num_days(), 2);

    house.stage.person("regulator", Role::Regulator);
    for (name, allowed) in [
        (
            "operator",
            &["/collections", "/coupons", "/ledger", "/reconciliation", "/decisions", "/chain", "/clock"][..],
        ),
        ("regulator", &["/collections", "/coupons", "/ledger", "/reconciliation", "/decisions", "/chain"]),
        ("treasurer", &["/collections", "/coupons"]),
        ("holder-1", &["/payments"]),
    ] {
        let browser = reader(&house, name, "zh-CN");
        let paths = [
            "/collections",
            "/coupons",
            "/payments",
            "/ledger",
            "/reconciliation",
            "/decisions",
            "/chain",
            "/clock",
        ];
        let shown = browser.get("/").attributes(".places a", "href");
        for path in paths {
            let page = browser.get(path);
            let may = allowed.contains(&path);
            assert_eq!(page.status, if may { 200 } else { 403 }, "{name} at {path}");
            assert_eq!(shown.iter().any(|place| place == path), may, "{path} in the navigation of {name}");
            in_order(&page, path);
        }
    }
}
