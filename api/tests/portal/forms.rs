//! Forms: their token, their key, what is wrong with them.

use crate::house::{House, PASSWORD, email};
use domain::party::Role;

#[test]
fn a_form_of_another_session_is_refused_and_nothing_happens() {
    let house = House::open();
    let (mine, theirs) = (house.signed_in(Role::Operator), house.signed_in(Role::Operator));
    let foreign = theirs.get("/accounts/new").form("/accounts/new");
    let foreign =
        foreign.set("email", "new@muniment.example").set("password", PASSWORD).set("role", "regulator");
    for form in
        [foreign.clone(), foreign.clone().set("form_token", ""), foreign.clone().set("form_token", "0")]
    {
        let page = form.send(&mine);
        assert_eq!(page.status, 403);
        assert_eq!(page.texts("h1"), ["The form was not sent"]);
    }
    assert_eq!(sign_in(&house, "new@muniment.example"), 401);
    assert_eq!(foreign.send(&theirs).status, 303);
    assert_eq!(sign_in(&house, "new@muniment.example"), 303);
}

#[test]
fn signing_in_needs_a_token_too() {
    let house = House::open();
    let form = house.browser().get("/sign-in").form("/sign-in");
    let form = form.set("email", &email(Role::Issuer)).set("password", PASSWORD);
    assert_eq!(form.send(&house.browser()).status, 403);
}

#[test]
fn a_form_that_is_sent_twice_acts_once_and_answers_the_same() {
    let house = House::open();
    let browser = house.signed_in(Role::Operator);
    let form = browser.get("/accounts/new").form("/accounts/new");
    let form = form.set("email", "twice@muniment.example").set("password", PASSWORD).set("role", "regulator");
    let (first, second) = (form.send(&browser), form.send(&browser));
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location, second.location);
    let fresh = browser.get("/accounts/new").form("/accounts/new");
    let fresh =
        fresh.set("email", "twice@muniment.example").set("password", PASSWORD).set("role", "regulator");
    let page = fresh.send(&browser);
    assert_eq!(page.status, 422, "another form is another command");
    assert_eq!(
        page.texts("#account-email-error"),
        ["Expected: an address without an account: this one has one."]
    );
    let changed = form.set("email", "other@muniment.example").send(&browser);
    assert_eq!(changed.status, 409, "the key of a form stands for what was sent with it");
    assert_eq!(changed.texts("h1"), ["Sent already"]);
}

#[test]
fn what_was_typed_stays_and_each_error_stands_at_its_field() {
    let house = House::open();
    let browser = house.signed_in(Role::Operator);
    let form = browser.get("/accounts/new").form("/accounts/new");
    let form = form.set("email", "no address <b>").set("role", "regulator").set("company", "Nordhaus");
    let page = form.clone().set("password", "secret that is not shown").send(&browser);
    assert_eq!(page.status, 422);
    assert_eq!(page.attributes("input[name=email]", "value"), ["no address <b>"]);
    assert!(page.attributes("input[name=password]", "value").is_empty());
    assert!(!page.html.contains("secret that is not shown"));
    assert_eq!(page.texts("[role=alert] h2"), ["2 entries are not accepted"]);
    assert_eq!(page.attributes("[role=alert] a", "href"), ["#account-email", "#account-company"]);
    assert_eq!(page.attributes("[aria-invalid=true]", "name"), ["email", "company"]);
    assert_eq!(
        page.attributes("#account-company", "aria-describedby"),
        ["account-company-hint account-company-error"]
    );
    assert_eq!(
        page.texts("#account-company-error"),
        ["“Nordhaus” is not accepted. Expected: nothing, as only issuers' people act for a company."]
    );
    let key = |page: &crate::house::Page| page.attributes("main input[name=idempotency_key]", "value");
    assert_ne!(key(&page), key(&browser.get("/accounts/new")), "each form that is shown has its own key");
}

#[test]
fn an_issuers_person_acts_for_a_company_which_is_added_once() {
    let house = House::open();
    let browser = house.signed_in(Role::Operator);
    let ask = |email: &str, company: &str| {
        let form = browser.get("/accounts/new").form("/accounts/new").set("email", email);
        form.set("password", PASSWORD).set("role", "issuer").set("company", company).send(&browser)
    };
    let page = ask("a@b.example", " ");
    assert_eq!((page.status, page.texts("#account-company-error").len()), (422, 1));
    assert_eq!(ask("a@b.example", "Nordhaus").status, 303);
    assert_eq!(ask("c@d.example", "Nordhaus ").status, 303);
    let users = house.app.ask(|tx| Ok(store::access::users_page(tx, None, 10)?)).unwrap();
    let companies: Vec<_> = users.into_iter().filter_map(|(_, company)| company).collect();
    assert_eq!((companies.len(), companies[0].id), (2, companies[1].id));
}

#[test]
fn a_form_beyond_the_limits_is_refused_with_its_limit() {
    let house = House::open();
    let browser = house.signed_in(Role::Operator);
    let form = browser.get("/accounts/new").form("/accounts/new");
    let page = form.set("email", &"x".repeat(1024 * 1024 + 1)).send(&browser);
    assert_eq!(page.status, 413);
    assert_eq!(page.texts("main p:not(.lead)")[0], "At most 1 MiB are taken at a time. Nothing was done.");
}

fn sign_in(house: &House, address: &str) -> u16 {
    let browser = house.browser();
    let form = browser.get("/sign-in").form("/sign-in");
    form.set("email", address).set("password", PASSWORD).send(&browser).status
}
