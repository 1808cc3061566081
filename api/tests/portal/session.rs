//! Signing in and out.

use crate::house::{House, PASSWORD, email};
use domain::party::Role;

#[test]
fn a_visitor_signs_in_and_arrives_where_they_wanted_to_go() {
    let house = House::open();
    let browser = house.browser();
    let sent_away = browser.get("/jobs?limit=10");
    assert_eq!(sent_away.status, 303);
    assert_eq!(sent_away.location.as_deref(), Some("/sign-in?next=/jobs%3Flimit%3D10"));
    let form = browser.get("/sign-in?next=/jobs%3Flimit%3D10").form("/sign-in");
    let form = form.set("email", "  OPERATOR@muniment.example ").set("password", PASSWORD);
    let arrived = form.send(&browser);
    assert_eq!((arrived.status, arrived.location.as_deref()), (303, Some("/jobs?limit=10")));
    let cookie = arrived.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let home = browser.get("/");
    assert_eq!(home.status, 200);
    assert_eq!(home.texts(".account .who"), ["operator@muniment.example Operator"]);
}

#[test]
fn a_link_to_another_site_is_not_followed_after_signing_in() {
    let house = House::open();
    for next in ["//evil.example/", "https://evil.example/", "/\\evil.example"] {
        let browser = house.browser();
        let form = browser.get("/sign-in").form("/sign-in").set("next", next);
        let form = form.set("email", &email(Role::Issuer)).set("password", PASSWORD);
        assert_eq!(form.send(&browser).location.as_deref(), Some("/"), "{next}");
    }
}

#[test]
fn a_wrong_password_is_said_at_the_form_without_saying_which_of_the_two_is_wrong() {
    let house = House::open();
    let browser = house.browser();
    let form = browser.get("/sign-in").form("/sign-in");
    let mut sentences = Vec::new();
    for address in [email(Role::Issuer), "nobody@muniment.example".to_owned()] {
        let page = form.clone().set("email", &address).set("password", "not the password").send(&browser);
        assert_eq!(page.status, 401);
        assert_eq!(page.attributes("input[name=email]", "value"), [address]);
        assert!(page.attributes("input[name=password]", "value").is_empty());
        sentences.push(page.texts("form [role=alert]"));
    }
    assert_eq!(sentences[0], ["The e-mail address or the password is not right."]);
    assert_eq!(sentences[0], sentences[1]);
    assert_eq!(browser.get("/").status, 303);
}

#[test]
fn who_signs_out_is_out_even_if_the_cookie_was_kept() {
    let house = House::open();
    let browser = house.browser();
    let form = browser.get("/sign-in").form("/sign-in");
    let page = form.set("email", &email(Role::Regulator)).set("password", PASSWORD).send(&browser);
    let cookie =
        page.headers.get("set-cookie").unwrap().to_str().unwrap().split(';').next().unwrap().to_owned();
    let thief = house.browser();
    assert_eq!(thief.get_with("/", &[("cookie", &cookie)]).status, 200);
    let out = browser.get("/").form("/sign-out").send(&browser);
    assert_eq!((out.status, out.location.as_deref()), (303, Some("/sign-in")));
    assert_eq!(browser.get("/").status, 303);
    assert_eq!(thief.get_with("/", &[("cookie", &cookie)]).status, 303);
}
