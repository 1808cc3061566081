//! The language: asked for by the browser, chosen by the reader, remembered.

use crate::house::{House, PASSWORD};
use domain::party::Role;

#[test]
fn the_browsers_language_holds_until_the_reader_chooses_another() {
    let house = House::open();
    let browser = house.browser();
    let chinese = [("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")];
    let page = browser.get_with("/sign-in?next=/jobs", &chinese);
    assert_eq!(
        (page.attributes("html", "lang"), page.texts("h1")),
        (vec!["zh-CN".into()], vec!["登录".into()])
    );
    assert_eq!(page.headers["content-language"], "zh-CN");
    let switch = page.attributes(".languages a[hreflang=en]", "href").remove(0);
    let back = browser.get(&switch);
    assert_eq!((back.status, back.location.as_deref()), (303, Some("/sign-in?next=/jobs")));
    let page = browser.get_with("/sign-in", &chinese);
    assert_eq!(
        (page.attributes("html", "lang"), page.texts("h1")),
        (vec!["en".into()], vec!["Sign in".into()])
    );
    assert_eq!(browser.get("/language/de").status, 404);
}

#[test]
fn a_refused_form_is_refused_in_chinese() {
    let house = House::open();
    let browser = house.signed_in(Role::Operator);
    browser.get("/language/zh-CN");
    let form = browser.get("/accounts/new").form("/accounts/new");
    let page =
        form.set("email", "a@b.example").set("role", "regulator").set("password", "short").send(&browser);
    assert_eq!(page.status, 422);
    assert_eq!(page.texts("[role=alert] h2"), ["有 1 项填写有误"]);
    assert_eq!(page.texts("#account-password-error"), ["应为：12 至 256 个字符。"]);
    assert_eq!(page.texts(".account .role"), ["运营人员"]);
    let wrong = house.browser();
    wrong.get("/language/zh-CN");
    let form = wrong.get("/sign-in").form("/sign-in").set("email", "a@b.example").set("password", PASSWORD);
    assert_eq!(form.send(&wrong).texts("form [role=alert]"), ["电子邮箱或密码不正确。"]);
}

#[test]
fn the_sandbox_shows_its_clock_on_every_page_and_production_shows_none() {
    let sandbox = House::sandbox(86_400 * 365).browser().get("/sign-in");
    assert_eq!(sandbox.texts(".sandbox strong"), ["Sandbox."]);
    let shown = sandbox.attributes(".sandbox time", "datetime").remove(0);
    let shown = chrono::DateTime::parse_from_rfc3339(&shown).unwrap();
    let ahead = shown.to_utc() - chrono::Utc::now();
    assert!((364..=365).contains(&ahead.num_days()), "{ahead}");
    let chain =
        "Runs on the embedded development chain, a single-operator EVM ledger. It is not a public network.";
    assert_eq!(sandbox.texts("footer p")[1], chain);
    assert!(House::open().browser().get("/sign-in").texts(".sandbox").is_empty());
}
