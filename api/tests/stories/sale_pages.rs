//! The same stories by hand: order, allocate, transfer and read the register on the pages of the portal.

use crate::market::Holder;
use crate::stage::{PASSWORD, Stage};
use domain::party::Role;
use muniment::pages::address::escaped;
use reqwest::blocking::Client;
use reqwest::redirect::Policy;
use scraper::{Html, Selector};

/// Somebody at a browser: a cookie, and no script.
pub(crate) struct Browser {
    url: String,
    cookie: String,
    client: Client,
}

/// A page, or where it led.
pub(crate) struct Page {
    status: u16,
    leads_to: Option<String>,
    html: String,
}

impl Browser {
    pub(crate) fn open(stage: &Stage, name: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let credentials = serde_json::json!({ "email": format!("{name}@example.org"), "password": PASSWORD });
        let answer = client.post(format!("{}/v1/sessions", stage.url)).json(&credentials).send().unwrap();
        let token = answer.json::<serde_json::Value>().unwrap()["token"].as_str().unwrap().to_owned();
        Self { url: stage.url.clone(), cookie: format!("muniment_session={token}"), client }
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.url)).header("Cookie", &self.cookie);
        Page::of(request.send().unwrap())
    }

    /// Fills in and sends the form of a page that posts to `path`, with one of its buttons.
    pub(crate) fn send(&self, page: &Page, path: &str, filled: &[(&str, &str)], step: &str) -> Page {
        let html = Html::parse_document(&page.html);
        let form = Selector::parse(&format!("form[action=\"{path}\"]")).unwrap();
        let form = html.select(&form).next().unwrap_or_else(|| panic!("no form {path} in {}", page.html));
        let mut fields: Vec<(String, String)> =
            filled.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        for input in form.select(&Selector::parse("input[type=hidden]").unwrap()) {
            let attribute = |name| input.value().attr(name).unwrap_or_default().to_owned();
            fields.push((attribute("name"), attribute("value")));
        }
        fields.push(("step".into(), step.into()));
        let request = self.client.post(format!("{}{path}", self.url)).header("Cookie", &self.cookie);
        let pair = |(name, value): &(String, String)| format!("{}={}", escaped(name), escaped(value));
        let body = fields.iter().map(pair).collect::<Vec<_>>().join("&");
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        Page::of(request.send().unwrap())
    }
}

impl Page {
    fn of(response: reqwest::blocking::Response) -> Self {
        let leads_to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        Self { status: response.status().as_u16(), leads_to, html: response.text().unwrap() }
    }

    /// The page, which must be one, with these texts on it.
    pub(crate) fn shows(self, texts: &[&str]) -> Self {
        assert_eq!(self.status, 200, "{}", self.html);
        for text in texts {
            assert!(self.html.contains(text), "“{text}” is not on the page: {}", self.html);
        }
        self
    }
}

fn wallet_of(holder: &Holder) -> String {
    holder.wallet.to_string()
}

#[test]
fn order_allocation_transfer_and_register_work_without_a_script() {
    let stage = Stage::start();
    stage.person("issuer", Role::Issuer);
    stage.person("regulator", Role::Regulator);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    let partition = offer.partitions[0].0.to_string();
    let investor = Browser::open(&stage, "anna");

    investor.get("/market").shows(&["HFN1 of issuer: senior", "50,000", "CAP_HOLDER"]);
    let path = format!("/market/{partition}");
    let form = investor.get(&path).shows(&["Order units"]);
    let wallet = wallet_of(&anna);
    let past = [("wallet", wallet.as_str()), ("units", "50001")];
    investor.send(&form, &path, &past, "review").shows(&["Refused for one reason", "50,001", "CAP_HOLDER"]);
    let none = investor.send(&form, &path, &[("wallet", wallet.as_str()), ("units", "many")], "review");
    assert_eq!(none.status, 422);
    let enough = [("wallet", wallet.as_str()), ("units", "50000")];
    let review = investor.send(&form, &path, &enough, "review").shows(&["What will happen", "5,000,000.00"]);
    let placed = investor.send(&review, &path, &[], "confirm");
    assert_eq!(placed.leads_to.as_deref(), Some("/holdings?ordered=true"), "{}", placed.html);
    investor.get("/holdings?ordered=true").shows(&["Your order was placed", "Open"]);

    let issuer = Browser::open(&stage, "issuer");
    let sales = issuer.get("/sales").shows(&["HFN1 of issuer: senior", "Allocate"]);
    let allocate = format!("/sales/{partition}/allocate");
    let review = issuer.send(&sales, &allocate, &[], "review").shows(&["1 order is served", "50,000"]);
    let made = issuer.send(&review, &allocate, &[], "confirm");
    let allocation = made.leads_to.unwrap_or_else(|| panic!("{}", made.html));
    stage.wait_until("the mint is done", || issuer.get(&allocation).html.contains(">Settled<"));
    stage.wait_until("the job is done", || issuer.get(&allocation).html.contains(">Done<"));

    let form = investor.get("/transfers/new").shows(&["HFN1 senior: 50,000"]);
    let holding = format!("{partition}/{wallet}");
    let stranger = "0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
    let wrong = [("holding", holding.as_str()), ("to_wallet", stranger), ("units", "50001")];
    let refused = investor.send(&form, "/transfers/new", &wrong, "review");
    refused.shows(&["Refused for 2 reasons", "BALANCE", "RECEIVER_UNKNOWN"]);
    let bens = wallet_of(&ben);
    let right = [("holding", holding.as_str()), ("to_wallet", bens.as_str()), ("units", "500")];
    let review =
        investor.send(&form, "/transfers/new", &right, "review").shows(&["What will happen", "500 units"]);
    let sent = investor.send(&review, "/transfers/new", &[], "confirm");
    assert_eq!(sent.leads_to.as_deref(), Some("/holdings?transferred=true"), "{}", sent.html);
    stage.settle();
    investor.get("/holdings").shows(&["49,500"]);

    let close = format!("/sales/pools/{}/close", offer.pool);
    let sales = issuer.get("/sales");
    issuer.send(&sales, &close, &[], "review").shows(&["Nothing more is ever issued: 50,000 units"]);

    let supervisor = Browser::open(&stage, "regulator");
    supervisor.get("/registers").shows(&["HFN1 senior"]);
    supervisor.get("/decisions").shows(&["Order placed", "Transfer settled", "Investor", "Download CSV"]);
    let register = supervisor.get(&format!("/registers/{partition}"));
    register.shows(&["49,500", "99%", "Germany", "Professional", "format=csv"]);
    let wrong = supervisor.get(&format!("/registers/{partition}?as_of=soon"));
    assert_eq!(wrong.status, 422);
    let elsewhere = investor.get("/registers");
    assert_eq!(elsewhere.status, 403);
}
