//! A protected partition: a transfer waits for the issuer, who consents to just this one; then it settles.

use super::{shows, units};
use crate::money_pages::browser_of;
use crate::stage::Stage;
use domain::party::Role;
use serde_json::{Value, json};
use tokenizer::chain::calls::{self, Issue};

#[test]
pub(crate) fn a_transfer_of_a_protected_partition_waits_for_the_issuer() {
    let stage = Stage::start();
    let issuer = stage.person("issuer", Role::Issuer);
    let stranger = stage.person("stranger", Role::Issuer);
    let officer = stage.person("officer", Role::Compliance);
    let offer = stage.offer("issuer", "HFN1", &["senior"]);
    let (anna, ben) = (stage.holder("anna", "DE"), stage.holder("ben", "SG"));
    let issue = Issue { to: anna.wallet, units: units(100) };
    stage.send("issue", calls::issue(offer.token, &offer.partitions[0].1, issue));
    let rules = format!("/v1/partitions/{}/rules", offer.partitions[0].0);
    let protected = json!({ "cosigned": true, "reason": "a club deal" });
    let request = officer.request(reqwest::Method::PUT, &rules).json(&protected);
    crate::stage::Answer::of(request.send().unwrap()).expect(200);
    stage.settle();

    let transfer = |count: i64| {
        let body = json!({
            "partition_id": offer.partitions[0].0, "from_wallet": anna.wallet, "to_wallet": ben.wallet, "units": count,
        });
        let answer = anna.person.post("/v1/transfers", &body);
        assert!(answer.status < 300, "{answer:?}");
        answer.body
    };
    let codes = |answer: &Value| {
        let all = answer["refusals"].as_array().unwrap().iter();
        all.map(|it| it["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let asked = transfer(40);
    assert_eq!(codes(&asked), ["COSIGNATURE"]);
    transfer(40);
    assert_eq!(codes(&transfer(101)).len(), 2, "more than there is lacks more than a co-signature");
    // It waits once, and for the issuer of the pool alone.
    let waiting = |person: &crate::stage::Person| {
        let all = person.get("/v1/cosignatures").expect(200);
        all.as_array().unwrap().iter().map(|it| it["units"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((waiting(&issuer), waiting(&stranger)), (vec![40], vec![]));
    officer.get("/v1/cosignatures").expect(403);
    let path = format!("/v1/transfers/{}/cosign", asked["transfer_id"].as_str().unwrap());
    for (person, status) in [(&stranger, 404), (&officer, 403), (&anna.person, 403)] {
        person.post(&path, &json!({})).expect(status);
    }
    assert_eq!(issuer.post(&format!("{path}?dry_run=true"), &json!({})).expect(200)["refusals"], json!([]));
    issuer.post(&path, &json!({})).expect(200);
    stage.settle();
    assert_eq!(waiting(&issuer), Vec::<i64>::new());
    issuer.post(&path, &json!({})).expect(409);

    // The consent is for just this transfer, and once.
    assert_eq!(codes(&transfer(41)), ["COSIGNATURE"]);
    assert_eq!(codes(&transfer(40)), Vec::<String>::new());
    stage.settle();
    let balance = stage.app.chain.balance_of(offer.token, ben.wallet);
    assert_eq!(stage.wait_for(balance).unwrap(), units(40));
    assert_eq!(codes(&transfer(40)), ["COSIGNATURE"]);

    // By hand, in either language.
    for (language, button) in [("en", "Co-sign"), ("zh-CN", "会签")] {
        let browser = browser_of(&stage, "issuer", language);
        let page = shows(browser.get("/cosignatures"), &[button, "HFN1 senior"]);
        assert_eq!(page.form("/cosignatures").send(&browser).location.as_deref(), Some("/cosignatures"));
        stage.settle();
    }
    assert_eq!(waiting(&issuer), Vec::<i64>::new());
}
