//! What goes wrong is a page in the reader's language; under /v1 it stays a problem detail.

use crate::house::House;
use domain::party::Role;

#[test]
fn what_is_not_there_is_a_page_and_under_v1_a_problem() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.get("/nowhere");
    assert_eq!((page.status, page.texts("h1")), (404, vec!["Not found".to_owned()]));
    let page = browser.get_with("/nowhere", &[("accept-language", "zh-CN")]);
    assert_eq!((page.status, page.texts("h1")), (404, vec!["未找到".to_owned()]));
    assert_eq!(page.attributes("html", "lang"), ["zh-CN"]);
    let problem = browser.get("/v1/nowhere");
    assert_eq!(problem.status, 404);
    assert_eq!(problem.headers["content-type"], "application/problem+json");
}

#[test]
fn another_role_is_told_which_role_it_takes() {
    let house = House::open();
    let page = house.signed_in(Role::Investor).get("/jobs");
    assert_eq!(page.status, 403);
    let sentence = "This needs the role Operator. Sign in with an account that has it.";
    assert!(page.texts("main p").contains(&sentence.to_owned()), "{:?}", page.texts("main p"));
    let places = page.texts(".places a");
    assert!(
        !places.contains(&"Jobs".to_owned()),
        "the navigation shows only what the role may open: {places:?}"
    );
    let operator = house.signed_in(Role::Operator).get("/jobs");
    let places = operator.texts(".places a");
    assert!(["Accounts", "Jobs"].iter().all(|place| places.iter().any(|it| it == place)), "{places:?}");
    assert_eq!(operator.attributes(".places a[aria-current=page]", "href"), ["/jobs"]);
}

#[test]
fn a_query_that_cannot_be_read_is_a_page_that_says_so() {
    let house = House::open();
    let browser = house.signed_in(Role::Operator);
    for (path, status) in [("/jobs?limit=0", 422), ("/jobs?limit=many", 422), ("/jobs?after=x", 422)] {
        let page = browser.get(path);
        assert_eq!((page.status, page.texts("h1")), (status, vec!["Not accepted".to_owned()]), "{path}");
    }
    let page = browser.get("/jobs?limit=0");
    assert_eq!(page.texts("main li"), ["limit: “0” is not accepted. Expected: from 1 to 200."]);
}

#[test]
fn a_page_is_kept_by_nobody_and_a_file_for_ever() {
    let house = House::open();
    let browser = house.browser();
    let page = browser.get("/sign-in");
    assert_eq!(page.headers["cache-control"], "no-store");
    let style = page.attributes("link[rel=stylesheet]", "href").remove(0);
    let file = browser.get(&style);
    assert_eq!(file.headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(file.headers["content-type"], "text/css; charset=utf-8");
    let hash = style.split('/').nth(2).unwrap();
    let other = style.replace(hash, "0000000000000000");
    assert_eq!(browser.get(&other).status, 404, "an address stands for one content");
}
