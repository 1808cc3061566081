//! A newcomer clicks through to holding, and the officer decides, with forms alone.

use crate::house::{Browser, Page};
use crate::stage::{PASSWORD, Stage};
use domain::party::Role;

/// A browser in which somebody of the stage is signed in.
fn signed_in(stage: &Stage, email: &str) -> Browser {
    let browser = Browser::at(&stage.url);
    let form = browser.get("/sign-in").form("/sign-in");
    assert_eq!(form.set("email", email).set("password", PASSWORD).send(&browser).status, 303);
    browser
}

fn officer(stage: &Stage) -> Browser {
    let officer = stage.person("officer", Role::Compliance);
    let list = "id,schema,name,aliases,dob,country,wallets\n7,Person,Merai Zoghbi,,1960-04-04,LY,\n";
    let file = reqwest::blocking::multipart::Part::bytes(list.as_bytes().to_vec()).file_name("own.csv");
    let form = reqwest::blocking::multipart::Form::new()
        .text("name", "own")
        .text("format", "csv")
        .part("file", file);
    let request = officer.request(reqwest::Method::POST, "/v1/sanctions-lists").multipart(form);
    assert_eq!(request.send().unwrap().status(), 201);
    signed_in(stage, "officer@example.org")
}

/// Joins, takes a managed wallet and presents a demonstration credential.
fn newcomer(stage: &Stage, name: &str, born: &str, country: &str) -> Browser {
    let browser = Browser::at(&stage.url);
    let joined = browser
        .get("/join")
        .form("/join")
        .set("email", &format!("{}@example.org", name.replace(' ', ".")))
        .set("password", PASSWORD)
        .set("legal_name", name)
        .set("date_of_birth", born)
        .set("country", country)
        .set("investor_class", "professional")
        .send(&browser);
    assert_eq!((joined.status, joined.location.as_deref()), (303, Some("/onboarding")), "{}", joined.html);
    let made = browser.get("/onboarding").form("/onboarding/wallet").send(&browser);
    assert_eq!(made.status, 303, "{}", made.html);
    let page = browser.get("/onboarding/credential");
    let presented = page.form("/onboarding/credential/demo").send(&browser);
    assert_eq!(
        (presented.status, presented.location.as_deref()),
        (303, Some("/onboarding")),
        "{}",
        presented.html
    );
    browser
}

fn next_step(page: &Page) -> Vec<String> {
    page.texts(".steps [aria-current=step]")
}

#[test]
fn a_newcomer_clicks_through_to_holding() {
    let stage = Stage::start();
    let officer = officer(&stage);
    let anna = newcomer(&stage, "Anna Schmidt", "1980-02-29", "DE");
    assert_eq!(next_step(&anna.get("/onboarding")), ["Decision of the compliance officer Open"]);

    let home = officer.get("/");
    assert!(home.texts(".card.waits h2").contains(&"Cases".to_owned()), "{}", home.html);
    let queue = officer.get("/cases");
    let path = queue.attributes("tbody a", "href").remove(0);
    let case = officer.get(&path);
    let compared = case.texts("tbody td");
    assert_eq!(
        compared[..6],
        ["Anna Schmidt", "Anna Schmidt", "1980-02-29", "1980-02-29", "Germany", "Germany"]
    );

    let form = case.form(&path);
    let blank = form.clone().set("decision", "approve").set("reason", " ").send(&officer);
    assert_eq!((blank.status, blank.texts("#decision-reason-error").len()), (422, 1));
    let decided = form.set("decision", "approve").set("reason", "Documents seen.").send(&officer);
    assert_eq!((decided.status, decided.location.as_deref()), (303, Some(path.as_str())));
    assert_eq!(officer.get("/cases").texts("tbody tr").len(), 0);

    stage.wait_until("the wallet is registered", || next_step(&anna.get("/onboarding")).is_empty());
    assert_eq!(anna.get("/onboarding").texts(".lead"), ["You may hold units."]);
}

#[test]
fn the_officer_sees_why_a_name_may_be_on_a_list() {
    let stage = Stage::start();
    let officer = officer(&stage);
    newcomer(&stage, "Merai Zoghbi", "1960-04-04", "LY");
    let path = officer.get("/cases").attributes("tbody a", "href").remove(0);
    let case = officer.get(&path);
    assert_eq!(case.texts("h3"), ["Merai Zoghbi · own 7 · score 1,000 of 1,000"]);
    let words = case.texts(".review tbody th");
    assert_eq!(words, ["merai", "zoghbi"]);
}

#[test]
fn what_is_wrong_stands_beside_its_field_in_the_readers_language() {
    let stage = Stage::start();
    let browser = Browser::at(&stage.url);
    let form = browser.get("/join").form("/join");
    let filled = form
        .set("email", "nobody")
        .set("password", "short")
        .set("legal_name", "")
        .set("date_of_birth", "2020-01-01")
        .set("country", "")
        .set("investor_class", "");
    let page = filled.clone().send(&browser);
    assert_eq!(page.status, 422);
    for field in ["email", "password", "legal_name", "date_of_birth", "country", "investor_class"] {
        assert_eq!(page.texts(&format!("#join-{field}-error")).len(), 1, "{field}: {}", page.html);
    }
    browser.get("/language/zh-CN?next=/join");
    let page = browser.get("/join").form("/join").set("date_of_birth", "2020-01-01").send(&browser);
    let error = page.texts("#join-date_of_birth-error").remove(0);
    assert!(error.contains("年龄在 18 至 122 岁之间者的出生日期"), "{error}");
}

#[test]
fn pages_of_the_desk_are_the_officers_alone() {
    let stage = Stage::start();
    let anna = newcomer_without_list(&stage);
    for path in ["/cases", "/investors", "/sanctions-lists", "/credential-issuers"] {
        assert_eq!(anna.get(path).status, 403, "{path}");
    }
    let officer = officer(&stage);
    for path in
        ["/cases", "/investors", "/investors?expiring=true", "/sanctions-lists", "/credential-issuers"]
    {
        assert_eq!(officer.get(path).status, 200, "{path}");
    }
    assert_eq!(officer.get("/onboarding").status, 403);
}

fn newcomer_without_list(stage: &Stage) -> Browser {
    let browser = newcomer(stage, "Ben Braun", "1975-05-05", "FR");
    assert_eq!(next_step(&browser.get("/onboarding")), ["Decision of the compliance officer Open"]);
    browser
}
