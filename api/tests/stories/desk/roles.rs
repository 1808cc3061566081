//! Who may do what on the contracts of a pool: what the chain says, to everybody who may see the pool.

use super::shows;
use crate::treasury::Treasury;
use domain::party::{Role, WalletAddress};
use serde_json::{Value, json};
use tokenizer::chain::calls::{self, ChainRole};

const ALL: [&str; 5] = ["issuer", "transfer-agent", "compliance", "payer", "pauser"];

#[test]
pub(crate) fn roles_and_powers_are_read_from_the_chain() {
    let house = Treasury::open(&[(10, 0)]);
    house.stage.person("officer", Role::Compliance);
    let (token, platform) = (house.token(), house.app().platform().unwrap());
    let path = format!("/v1/pools/{}/roles", house.pool);
    let told = || house.sign_in(1).get(&path).expect(200);
    let before = told();
    let kinds: Vec<_> = before["contracts"].as_array().unwrap().iter().map(|of| &of["kind"]).collect();
    assert_eq!(kinds, ["security-token", "identity-registry", "coupon-payer", "payment-token"]);
    for contract in before["contracts"].as_array().unwrap() {
        assert_eq!(contract["admin"], json!(platform));
        assert_eq!(contract["accounts"], json!([{ "account": platform, "roles": ALL }]));
    }
    assert_eq!((&before["is_controllable"], &before["is_issuable"]), (&json!(true), &json!(true)));

    let (guard, heir) = (WalletAddress([0x51; 20]), WalletAddress([0x52; 20]));
    let roles = [ChainRole::Pauser, ChainRole::Compliance];
    house.call("grant", calls::grant_roles(token, guard, &roles));
    house.call("revoke", calls::revoke_roles(token, guard, &[ChainRole::Compliance]));
    house.call("gone", calls::grant_roles(token, heir, &[ChainRole::Payer]));
    house.call("taken", calls::revoke_roles(token, heir, &[ChainRole::Payer]));
    house.call("offer", calls::offer_admin(token, heir));
    house.call("close", calls::close_primary(token));
    house.call("renounce", calls::renounce_control(token));
    let after = told();
    let of: &Value = &after["contracts"][0];
    let expected = json!([{ "account": platform, "roles": ALL }, { "account": guard, "roles": ["pauser"] }]);
    assert_eq!((&of["accounts"], &of["offered_admin"]), (&expected, &json!(heir)));
    assert_eq!((&after["is_controllable"], &after["is_issuable"]), (&json!(false), &json!(false)));
    assert_eq!(of["admin"], json!(platform));

    let page = format!("/pools/{}/roles", house.pool);
    for (language, texts) in [
        ("en", ["given up for good", "Transfer agent", "(this platform)", "Offered to, not accepted yet"]),
        ("zh-CN", ["已被永久放弃", "过户代理", "（本平台）", "已提议移交给"]),
    ] {
        let reader = house.reader("officer", language);
        let shown = shows(reader.get(&page), &texts);
        assert!(shown.html.contains(&guard.to_string()));
        shows(reader.get(&format!("/pools/{}", house.pool)), &[&format!("href=\"{page}\"")]);
    }
    house.sign_in(1).get("/v1/pools/0192d3a0-0000-7000-8000-000000000000/roles").expect(404);
}
