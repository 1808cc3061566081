//! Principal is paid back by hand, in both languages: ordered after a review, watched, tried again, seen by the holder.

use crate::house::Page;
use crate::money_pages::{reader, shows};
use crate::treasury::Treasury;
use muniment::flows::install;
use tokenizer::chain::calls;

/// What a language says on the way.
struct Words {
    language: &'static str,
    short: &'static str,
    notice: &'static str,
    units: &'static str,
    price: &'static str,
    blocked: &'static str,
    not_fixed: &'static str,
    partly: &'static str,
    retried: &'static str,
    repaid: &'static str,
}

const LANGUAGES: [Words; 2] = [
    Words {
        language: "en",
        short: "at most 900.00 EUR for all units: 900.00 EUR in cash and 0.00 EUR brought in",
        notice: "the SHA-256 of the published notice",
        units: "4 units end. 6 units are left, with a face value of 600.00 EUR.",
        price: "101.00 EUR are paid for each unit, 404.00 EUR for all.",
        blocked: "The wallet cannot receive the payment token.",
        not_fixed: "The register is fixed when",
        partly: "Partly paid",
        retried: "Another attempt is on its way to the chain.",
        repaid: "Principal paid back",
    },
    Words {
        language: "zh-CN",
        short: "全部份额不超过 900.00 EUR：现金 900.00 EUR，加上投入的 0.00 EUR",
        notice: "已发布公告的 SHA-256",
        units: "注销份额4份，剩余6份，面值合计 600.00 EUR。",
        price: "每份支付 101.00 EUR，合计 404.00 EUR。",
        blocked: "该钱包无法接收支付代币。",
        not_fixed: "登记簿于",
        partly: "部分偿还",
        retried: "新的尝试正在上链，请稍后刷新页面。",
        repaid: "已偿还本金",
    },
];

#[test]
fn principal_is_paid_back_with_forms_alone() {
    for words in &LANGUAGES {
        story(words);
    }
}

fn leads_to(page: Page) -> String {
    assert_eq!(page.status, 303, "{}", page.html);
    page.location.unwrap()
}

fn story(words: &Words) {
    let house = Treasury::open_today(&[(3, 0), (5, 0), (2, 0)]);
    let contracts = house.app().ask(install::installed).unwrap();
    house.cash("principal", 900_00);
    house.call("block", calls::set_blocked(contracts.payment_token, house.holders[1], true));
    let issuer = reader(&house, "treasurer", words.language);
    let action = format!("/redemptions/order/{}", house.senior);
    assert!(shows(issuer.get("/redemptions"), &["HFN1 senior"]).attributes("a", "href").contains(&action));
    let pool = shows(issuer.get(&format!("/pools/{}", house.pool)), &[]);
    assert!(pool.attributes("a", "href").contains(&action));

    let form = shows(issuer.get(&action), &["10"]).form(&action);
    let short = form.clone().set("kind", "maturity").set("step", "review").send(&issuer);
    assert_eq!(short.status, 422);
    assert!(short.texts("#redemption-units-error")[0].contains(words.short), "{}", short.html);
    let early = form.set("kind", "early").set("units", "4").set("price", "101.00");
    let refused = early.clone().set("step", "review").send(&issuer);
    assert!(refused.texts("#redemption-notice_sha256-error")[0].contains(words.notice), "{}", refused.html);
    let early = early.set("notice_sha256", &"ab".repeat(32));
    let texts = [words.units, words.price, words.blocked, "202.00 EUR"];
    let review = shows(early.set("step", "review").send(&issuer), &texts);
    let run = leads_to(review.form(&action).set("step", "confirm").send(&issuer));
    shows(issuer.get(&run), &[words.not_fixed, "404.00 EUR"]);

    house.advance(2);
    let id = run.rsplit('/').next().unwrap().to_owned();
    let standing = || house.issuer.get(&format!("/v1/redemptions/{id}")).expect(200)["status"].clone();
    house.stage.wait_until("it is partly paid", || standing() == "partly-paid");
    let operator = reader(&house, "operator", words.language);
    shows(operator.get("/redemptions"), &["HFN1 senior", words.partly]);
    let page = shows(operator.get(&run), &[words.blocked, words.partly, "101.00 EUR"]);
    house.call("unblock", calls::set_blocked(contracts.payment_token, house.holders[1], false));
    let again = leads_to(page.form(&format!("{run}/retry")).send(&operator));
    shows(operator.get(&again), &[words.retried]);
    house.stage.wait_until("it is paid", || standing() == "paid");
    let holder = reader(&house, "holder-2", words.language);
    shows(holder.get("/payments"), &[words.repaid, "202.00 EUR", "HFN1 senior"]);
    shows(operator.get(&format!("/ledger/transactions?account=redeemed/{id}")), &["202.00 EUR"]);
}
