//! Every page is in order: well-formed, labelled, without inline scripts or styles.

pub use crate::in_order::in_order;

use crate::house::{Browser, House, Page};
use domain::ids::JobId;
use domain::party::Role;
use std::collections::BTreeSet;
use store::jobs::{Claim, NewJob};

#[test]
fn a_page_that_is_not_in_order_is_noticed() {
    let house = House::open();
    let good = house.browser().get("/sign-in").html;
    for (part, broken) in [
        ("</header>", ""),
        ("<h1>", "<h1><b>"),
        ("<main id=\"main\"", "<main id=\"main\" style=\"color:red\""),
        ("</main>", "<script>alert(1)</script></main>"),
        ("for=\"sign-in-email\"", "for=\"sign-in-mail\""),
        ("id=\"sign-in-password\"", "id=\"sign-in-email\""),
        ("name=\"form_token\"", "name=\"token\""),
        ("Sign in</h1>", "role-issuer</h1>"),
    ] {
        let html = good.replacen(part, broken, 1);
        assert_ne!(html, good, "{part}");
        let page = Page { status: 200, location: None, headers: Default::default(), html };
        let noticed = std::panic::catch_unwind(|| in_order(&page, "broken"));
        assert!(noticed.is_err(), "{part} as {broken} was not noticed");
    }
}

fn visit(browser: &Browser, path: &str, status: u16) {
    for tag in ["en", "zh-CN"] {
        let page = browser.get_with(path, &[("accept-language", tag)]);
        assert_eq!(page.status, status, "{path}");
        assert_eq!(page.attributes("html", "lang"), [tag]);
        in_order(&page, path);
    }
}

#[test]
fn every_page_is_in_order_for_every_role() {
    let house = House::open();
    let visitor = house.browser();
    visit(&visitor, "/sign-in", 200);
    visit(&visitor, "/nowhere", 404);
    for role in Role::ALL {
        let browser = house.signed_in(*role);
        visit(&browser, "/", 200);
        let operators = if *role == Role::Operator { 200 } else { 403 };
        for path in ["/jobs", "/accounts/new"] {
            visit(&browser, path, operators);
        }
    }
    let operator = house.signed_in(Role::Operator);
    let refused = operator.get("/accounts/new").form("/accounts/new").set("issuer_id", "\"><script>");
    let page = refused.send(&operator);
    assert_eq!(page.status, 422);
    in_order(&page, "a refused form");
}

#[test]
fn the_pages_load_nothing_that_the_policy_forbids() {
    let house = House::open();
    let page = house.browser().get("/sign-in");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    for address in page.attributes("link[href]", "href").iter().chain(&page.attributes("[src]", "src")) {
        assert!(address.starts_with("/assets/"), "{address}");
        assert_eq!(house.browser().get(address).status, 200);
    }
}

#[test]
fn the_progress_of_a_job_is_a_page_and_the_same_part_for_htmx() {
    let house = House::open();
    let browser = house.signed_in(Role::Issuer);
    assert_eq!(browser.get("/progress/pool-1").status, 404);
    let now = house.app.clock.now();
    let id: JobId = house.app.chance.id(now);
    let new = NewJob { id, kind: "test", subject: "pool-1", run_key: "pool-1", run_at: now };
    let claim = Claim { owner: "me", now, wall_now: now, lease_until: now + chrono::TimeDelta::hours(1) };
    let store = &house.app.store;
    store.write(|tx| store::jobs::enqueue(tx, new, now)).unwrap();
    let job = store.write(|tx| store::jobs::claim(tx, claim)).unwrap().unwrap();
    store.write(|tx| store::jobs::progress(tx, (id, "me"), (1_200, 5_000), claim.lease_until)).unwrap();
    let page = browser.get("/progress/pool-1");
    in_order(&page, "progress");
    assert_eq!(page.texts("#progress-pool-1 p")[0], "Running 1,200 of 5,000");
    assert_eq!(page.attributes("#progress-pool-1", "hx-get"), ["/progress/pool-1"]);
    let part = browser.get_with("/progress/pool-1", &[("hx-request", "true")]);
    assert!(part.html.trim_start().starts_with("<section"), "{}", part.html);
    assert!(page.html.contains(part.html.trim()), "the part is the page's own");
    assert!(part.headers.get("hx-refresh").is_none());
    store.write(|tx| store::jobs::end(tx, &job, store::jobs::Ended::Done, now)).unwrap();
    let ended = browser.get_with("/progress/pool-1", &[("hx-request", "true")]);
    assert_eq!(ended.headers["hx-refresh"], "true");
    assert!(!ended.html.contains("hx-get"), "nothing is asked any more: {}", ended.html);
}

#[test]
fn a_list_is_read_page_by_page() {
    let house = House::open();
    let (now, browser) = (house.app.clock.now(), house.signed_in(Role::Operator));
    assert_eq!(browser.get("/jobs").texts(".empty"), ["No job has been scheduled yet."]);
    for number in 0..3 {
        let (id, key) = (house.app.chance.id(now), format!("job-{number}"));
        let new = NewJob { id, kind: &key, subject: &key, run_key: &key, run_at: now };
        house.app.store.write(|tx| store::jobs::enqueue(tx, new, now)).unwrap();
    }
    let first = browser.get("/jobs?limit=2");
    in_order(&first, "jobs");
    assert_eq!(first.texts("tbody th").len(), 2);
    assert_eq!(first.texts("caption"), ["The newest jobs first"]);
    let next = first.attributes("a[rel=next]", "href").remove(0);
    let second = browser.get(&next);
    assert_eq!(second.texts("tbody th").len(), 1);
    let kinds: BTreeSet<String> =
        [first.texts("tbody th"), second.texts("tbody th")].concat().into_iter().collect();
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert!(second.attributes("a[rel=next]", "href").is_empty());
}
