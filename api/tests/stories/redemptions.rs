//! Principal is paid back: units end in the transactions that pay for them, and nobody holds up anybody else.

mod once;

use crate::treasury::Treasury;
use domain::ids::PartitionId;
use domain::party::{Role, WalletAddress};
use muniment::flows::install;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokenizer::chain::calls;

impl Treasury {
    /// Orders a redemption of a partition.
    fn redeem(&self, partition: PartitionId, mut body: Value) -> crate::stage::Answer {
        body["partition_id"] = json!(partition.to_string());
        self.issuer.post("/v1/redemptions", &body)
    }

    /// Waits until a redemption stands in a status, and reads it.
    fn redeemed(&self, id: &str, status: &str) -> Value {
        let path = format!("/v1/redemptions/{id}");
        self.stage.wait_until(status, || self.issuer.get(&path).expect(200)["status"] == status);
        self.issuer.get(&path).expect(200)
    }

    /// What each holder gave and got: units, amount and status in the order of the identities.
    fn lines(&self, id: &str) -> Vec<(i64, i64, String)> {
        let page = self.issuer.get(&format!("/v1/redemptions/{id}/lines?limit=200")).expect(200);
        let number = |line: &Value, name: &str| line[name].as_i64().unwrap();
        let lines = page["items"].as_array().unwrap().iter();
        let part = |line: &Value| {
            (number(line, "units"), number(line, "amount_minor"), line["status"].as_str().unwrap().to_owned())
        };
        lines.map(part).collect()
    }

    /// The units of a partition on the register.
    fn units_left(&self, partition: PartitionId) -> i64 {
        self.app().ask(|tx| Ok(store::projection::outstanding(tx, partition)?)).unwrap()
    }

    /// The id of the line of a wallet, and why it was refused.
    fn line_of(&self, id: &str, wallet: WalletAddress) -> (String, Option<String>) {
        let page = self.issuer.get(&format!("/v1/redemptions/{id}/lines")).expect(200);
        let lines = page["items"].as_array().unwrap();
        let line = lines.iter().find(|line| line["wallet"] == wallet.to_string()).unwrap();
        let code = line["refusal"]["code"].as_str().map(str::to_owned);
        (line["id"].as_str().unwrap().to_owned(), code)
    }

    /// Blocks a wallet in the payment token, or frees it.
    fn block(&self, key: &str, wallet: WalletAddress, blocked: bool) {
        let contracts = self.app().ask(install::installed).unwrap();
        self.call(key, calls::set_blocked(contracts.payment_token, wallet, blocked));
    }

    /// Compares everything with everything: nothing may differ.
    fn agrees(&self) {
        let reconciled = self.operator.post("/v1/reconciliations", &json!({})).expect(200);
        assert_eq!(reconciled["breaks"], json!([]));
    }
}

fn id_of(plan: &Value) -> String {
    plan["redemption_id"].as_str().unwrap().to_owned()
}

fn paid(parts: &[(i64, i64)]) -> Vec<(i64, i64, String)> {
    parts.iter().map(|(units, amount)| (*units, *amount, "paid".to_owned())).collect()
}

#[test]
pub(crate) fn at_maturity_all_units_end_with_their_payment_and_earn_nothing_more() {
    let house = Treasury::open_today(&[(3, 0), (5, 0), (2, 0)]);
    house.cash("principal", 1_000_00);
    let body = json!({ "kind": "maturity" });
    let dry = json!({ "kind": "maturity", "partition_id": house.senior.to_string() });
    let plan = house.issuer.post("/v1/redemptions?dry_run=true", &dry).expect(200);
    assert_eq!((&plan["redemption_id"], &plan["units"]), (&json!(null), &json!(10)));
    assert_eq!((&plan["amount_minor"], &plan["left_units"]), (&json!(1_000_00), &json!(0)));
    let planned: Vec<i64> =
        plan["lines"].as_array().unwrap().iter().map(|line| line["amount_minor"].as_i64().unwrap()).collect();
    assert_eq!(planned, [300_00, 500_00, 200_00]);
    assert_eq!(house.issuer.get("/v1/redemptions").expect(200)["items"], json!([]));

    let plan = house.redeem(house.senior, body.clone()).expect(201);
    let id = id_of(&plan);
    assert_eq!(house.balance(&format!("redemption-payable/{id}")), -1_000_00);
    house.redeem(house.senior, body).expect(409);
    house.advance(2);
    let done = house.redeemed(&id, "paid");
    assert_eq!(done["progress"]["paid"], json!({ "lines": 3, "units": 10, "amount_minor": 1_000_00 }));
    assert_eq!(house.lines(&id), paid(&[(3, 300_00), (5, 500_00), (2, 200_00)]));
    assert_eq!(house.units_left(house.senior), 0);
    // The payment token has six decimals.
    let on_chain: Vec<i64> = house.holders.iter().map(|wallet| house.cash_of(*wallet)).collect();
    assert_eq!(on_chain, [300_00, 500_00, 200_00].map(|amount| amount * 10_000));
    assert_eq!(house.balance(&format!("redemption-payable/{id}")), 0);
    assert_eq!(house.balance(&format!("redeemed/{id}")), -1_000_00);
    assert_eq!(house.balance(&format!("distributed/{}", house.pool)), 1_000_00);
    house.agrees();

    let mine = house.sign_in(2).get("/v1/repayments").expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(mine["items"][0]["line"]["amount_minor"], 500_00);
    // A coupon whose books close afterwards finds nobody.
    house.cash("rent-1", 90_00);
    let coupon = house.declare(house.senior, &house.soon(90_00)).expect(201);
    house.advance(1);
    house.wait_for(coupon["coupon_id"].as_str().unwrap(), "paid");
    assert_eq!(house.entitlements(coupon["coupon_id"].as_str().unwrap()), []);
    assert_eq!(house.balance(&format!("residual/{}", house.senior)), -90_00);
}

#[test]
pub(crate) fn principal_is_paid_after_the_interest_that_is_due() {
    // A month of interest on 1,000.00, whose period ends within two days.
    let house = Treasury::open(&[(10, 0)]);
    let dry = format!("/v1/partitions/{}/coupons?dry_run=true", house.senior);
    let coupon = house.issuer.post(&dry, &json!({})).expect(200);
    let due = coupon["due_minor"].as_i64().unwrap();
    assert!((4_50..=5_00).contains(&due), "{coupon}");
    house.cash("principal", 500_00 + due - 1);
    let order = |days: i64| {
        let body = json!({ "kind": "amortisation", "units": 5, "payment_date": house.day(days) });
        house.redeem(house.senior, body)
    };
    assert_eq!(order(9).refused_field(), "units");
    house.cash("a cent", 1);
    let record: chrono::NaiveDate = coupon["record_date"].as_str().unwrap().parse().unwrap();
    let until_record = (record - house.today()).num_days();
    if until_record > 0 {
        assert_eq!(order(until_record).refused_field(), "payment_date");
    }
    let plan = order(9).expect(201);
    assert_eq!(plan["kept"], json!([{ "partition": "senior", "kept_minor": due }]));
    let cancel = format!("/v1/redemptions/{}/cancel", id_of(&plan));
    house.issuer.post(&cancel, &json!({})).expect(200);

    // A coupon that is declared and whose books are open counts as well.
    house.cash("for the days after it", 1_00);
    let mut coupon = house.soon(due);
    coupon["record_date"] = json!(house.day(4));
    coupon["payment_date"] = json!(house.day(6));
    house.declare(house.senior, &coupon).expect(201);
    assert_eq!(order(4).refused_field(), "payment_date");
    order(10).expect(201);
}

#[test]
pub(crate) fn an_amortisation_in_two_steps_ends_units_by_the_largest_remainder_to_the_last_one() {
    let house = Treasury::open_today(&[(7, 0), (11, 0), (2, 0)]);
    house.cash("principal-1", 900_00);
    // 9 of 20 units: 3.15, 4.95 and 0.90 of them.
    let body = json!({ "kind": "amortisation", "units": 9 });
    let first = id_of(&house.redeem(house.senior, body).expect(201));
    house.advance(2);
    house.redeemed(&first, "paid");
    assert_eq!(house.lines(&first), paid(&[(3, 300_00), (5, 500_00), (1, 100_00)]));
    assert_eq!(house.units_left(house.senior), 11);
    assert_eq!(house.balance(&format!("cash/{}", house.pool)), 900_00);
    assert_eq!(house.balance(&format!("distributed/{}", house.pool)), 900_00);
    // What is left earns, by units.
    let dry = format!("/v1/partitions/{}/coupons?dry_run=true", house.senior);
    assert_eq!(house.issuer.post(&dry, &json!({})).expect(200)["nominal_minor"], 1_100_00);

    house.cash("principal-2", 500_00);
    // 5 of 11 units: 1.82, 2.73 and 0.45 of 4, 6 and 1; by their face value this time.
    let body = json!({ "kind": "amortisation", "face_minor": 500_00 });
    let second = id_of(&house.redeem(house.senior, body).expect(201));
    house.advance(2);
    house.redeemed(&second, "paid");
    let mut expected = paid(&[(2, 200_00), (3, 300_00)]);
    expected.push((0, 0, "nil".to_owned()));
    assert_eq!(house.lines(&second), expected);
    assert_eq!(house.units_left(house.senior), 6);
    let on_chain: Vec<i64> = house.holders.iter().map(|wallet| house.cash_of(*wallet)).collect();
    assert_eq!(on_chain, [500_00, 800_00, 100_00].map(|amount| amount * 10_000));
    assert_eq!(house.balance(&format!("redeemed/{second}")), -500_00);
    house.agrees();
    let list = house.issuer.get("/v1/redemptions?limit=1").expect(200);
    assert_eq!((&list["items"][0]["id"], &list["next"]), (&json!(second), &json!(second)));
    let next = house.issuer.get(&format!("/v1/redemptions?limit=1&after={second}")).expect(200);
    assert_eq!(next["items"][0]["id"], json!(first));
}

/// A draw as anybody makes it again from what is published: the whole row of units is shuffled.
fn drawn_again(redemption: &Value, held: &[usize]) -> Vec<i64> {
    let mut row: Vec<usize> = (0..).zip(held).flat_map(|(who, units)| vec![who; *units]).collect();
    let seed = redemption["seed"].as_str().unwrap().as_bytes();
    let block = hex::decode(redemption["record_block_hash"].as_str().unwrap()).unwrap();
    let words = (0_u64..).flat_map(|counter| {
        let hash = Sha256::digest([seed, &block, &counter.to_be_bytes()].concat());
        hash.chunks(8).map(|word| u64::from_be_bytes(word.try_into().unwrap())).collect::<Vec<_>>()
    });
    let mut words = words;
    let mut parts = vec![0; held.len()];
    for place in 0..usize::try_from(redemption["units"].as_i64().unwrap()).unwrap() {
        let left = u64::try_from(row.len() - place).unwrap();
        let word = words.find(|word| *word < u64::MAX - u64::MAX % left).unwrap();
        row.swap(place, place + usize::try_from(word % left).unwrap());
        parts[row[place]] += 1;
    }
    parts
}

#[test]
pub(crate) fn whose_units_end_by_lot_is_drawn_from_a_block_that_nobody_knew_and_anybody_draws_it_again() {
    let held = [30, 50, 20];
    let house = Treasury::open_today(&held.map(|units| (units, 0)));
    house.cash("principal", 1_000_00);
    let body = json!({ "kind": "amortisation", "division": "by-lot", "units": 10, "seed": "lot of 2026" });
    let plan = house.redeem(house.senior, body.clone()).expect(201);
    let nobody_knows = plan["lines"].as_array().unwrap().iter().all(|line| line["units"].is_null());
    assert!(nobody_knows, "{plan}");
    let id = id_of(&plan);
    let ordered_at = house.issuer.get(&format!("/v1/redemptions/{id}")).expect(200);
    assert!(ordered_at["record_block_hash"].is_null());
    house.advance(2);
    let done = house.redeemed(&id, "paid");

    let parts = drawn_again(&done, &held.map(|units| usize::try_from(units).unwrap()));
    let lines: Vec<i64> = house.lines(&id).into_iter().map(|(units, _, _)| units).collect();
    assert_eq!(lines, parts);
    assert_eq!(parts.iter().sum::<i64>(), 10);
    // The block is the last before the payment date, and came after the order.
    let number = done["record_block"].as_u64().unwrap();
    let block = house.stage.wait_for(house.app().chain.block_at(number)).unwrap().unwrap();
    assert_eq!(hex::encode(block.hash), done["record_block_hash"].as_str().unwrap());
    let ordered = chrono::DateTime::parse_from_rfc3339(done["created_at"].as_str().unwrap()).unwrap();
    assert!(i64::try_from(block.timestamp).unwrap() >= ordered.timestamp());
    // What the terms on chain name is the list of what was drawn.
    let drawn = house.holders.iter().zip(&parts).filter(|(_, units)| **units > 0);
    let list: String = drawn.map(|(wallet, units)| format!("{wallet},{units}\n")).collect();
    assert_eq!(done["document_hash"], hex::encode(Sha256::digest(list)));
    assert_eq!(house.units_left(house.senior), 90);
    house.agrees();
}

#[test]
pub(crate) fn an_early_redemption_pays_above_par_after_its_notice_and_not_before_its_day() {
    let house = Treasury::open_today(&[(3, 0), (5, 0), (2, 0)]);
    house.cash("principal", 300_00);
    let notice = hex::encode(Sha256::digest("we pay back four tenths"));
    let body = json!({
        "kind": "early", "units": 4, "price_minor": 101_37, "notice_sha256": notice,
        "payment_date": house.day(4), "contributed_minor": 105_48,
    });
    let plan = house.redeem(house.senior, body).expect(201);
    assert_eq!((&plan["division"], &plan["amount_minor"]), (&json!("pro-rata"), &json!(405_48)));
    let id = id_of(&plan);
    assert_eq!(house.balance(&format!("contributed/{}", house.pool)), -105_48);
    house.advance(2);
    assert_eq!(house.redeemed(&id, "ordered")["progress"]["paid"]["lines"], 0);
    house.advance(3);
    let done = house.redeemed(&id, "paid");
    assert_eq!(done["document_hash"], json!(notice));
    // 4 of 10 units: 1.2, 2.0 and 0.8.
    assert_eq!(house.lines(&id), paid(&[(1, 101_37), (2, 202_74), (1, 101_37)]));
    house.agrees();
    let csv = house.issuer.get(&format!("/v1/redemptions/{id}/lines?format=csv")).expect(200);
    let csv = csv.as_str().unwrap();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.starts_with("wallet,investor_id,held_units,units,amount_minor,status,"), "{csv}");
}

#[test]
pub(crate) fn whoever_cannot_be_paid_holds_up_nobody_and_is_tried_again_alone() {
    let house = Treasury::open_today(&[(3, 0), (5, 0), (2, 0), (4, 0)]);
    let officer = house.stage.person("officer", Role::Compliance);
    let second = house.stage.person("second", Role::Compliance);
    let (frozen, blocked, pledger, lost) =
        (house.holders[0], house.holders[1], house.holders[2], house.holders[3]);
    house.call("freeze", calls::set_wallet_frozen(house.token(), frozen, true));
    house.block("block", blocked, true);
    house.block("block-lost", lost, true);
    let hold = json!({
        "partition_id": house.senior, "holder_wallet": pledger, "units": 1, "expires_on": house.day(20),
        "purpose": "pledge for loan 17",
    });
    let hold = officer.post("/v1/holds", &hold).expect(202);
    house.confirm(&second, &hold);
    house.settle();
    house.cash("principal", 1_400_00);
    let plan = house.redeem(house.senior, json!({ "kind": "maturity" })).expect(201);
    let foreseen = |line: &Value| line["refusal"]["code"].as_str().unwrap_or_default().to_owned();
    let foreseen: Vec<String> = plan["lines"].as_array().unwrap().iter().map(foreseen).collect();
    // What is frozen ends by force as well, and is paid for.
    assert_eq!(foreseen, ["", "PullFailed", "HELD_UNITS", "PullFailed"]);
    assert_eq!(plan["refused"], 3);
    let id = id_of(&plan);
    house.advance(2);
    let done = house.redeemed(&id, "partly-paid");
    assert_eq!(done["progress"]["refused"], json!({ "lines": 3, "units": 11, "amount_minor": 1_100_00 }));
    let refused = |units, amount| (units, amount, "refused".to_owned());
    let expected =
        [(3, 300_00, "paid".to_owned()), refused(5, 500_00), refused(2, 200_00), refused(4, 400_00)];
    assert_eq!(house.lines(&id), expected);
    let code = |wallet| house.line_of(&id, wallet).1.unwrap();
    assert_eq!((code(blocked), code(pledger)), ("PullFailed".to_owned(), "HELD_UNITS".to_owned()));
    assert_eq!(house.balance(&format!("redemption-payable/{id}")), -1_100_00);
    assert_eq!(house.units_left(house.senior), 11);
    house.agrees();

    // Another attempt for one of them while nothing has changed ends where it began.
    let (retry, line) = (format!("/v1/redemptions/{id}/retry"), house.line_of(&id, blocked).0);
    let one = json!({ "line_id": line });
    house.issuer.post(&retry, &one).expect(403);
    assert_eq!(house.operator.post(&retry, &one).expect(200)["lines"], 1);
    house.redeemed(&id, "partly-paid");
    assert_eq!(code(blocked), "PullFailed");
    house.block("unblock", blocked, false);
    house.operator.post(&retry, &one).expect(200);
    house.redeemed(&id, "partly-paid");
    assert_eq!(house.lines(&id)[1], (5, 500_00, "paid".to_owned()));
    assert_eq!(house.cash_of(blocked), 500_00 * 10_000);
    house.operator.post(&retry, &one).expect(409);

    // A lost wallet is paid where its units are now; the pledge ends, and everybody is paid.
    let fresh = house.further_wallet(3, 0x55);
    let recovery = json!({ "lost_wallet": lost, "replacement_wallet": fresh, "reason": "key lost, case 9" });
    let ordered = officer.post("/v1/recoveries", &recovery).expect(202);
    assert_eq!(
        (&ordered["principal"][0]["redemption_id"], &ordered["principal"][0]["amount_minor"]),
        (&json!(id), &json!(400_00))
    );
    house.confirm(&second, &ordered);
    let release = format!("/v1/holds/{}/release", hold["hold_id"].as_str().unwrap());
    officer.post(&release, &json!({})).expect(200);
    house.settle();
    assert_eq!(house.operator.post(&retry, &json!({})).expect(200)["lines"], 2);
    house.redeemed(&id, "paid");
    assert_eq!((house.cash_of(lost), house.cash_of(fresh)), (0, 400_00 * 10_000));
    assert_eq!((house.cash_of(pledger), house.units_left(house.senior)), (200_00 * 10_000, 0));
    assert_eq!(house.balance(&format!("redemption-payable/{id}")), 0);
    house.agrees();
}

#[test]
pub(crate) fn what_cannot_be_ordered_is_refused_with_its_field_and_its_numbers() {
    let house = Treasury::open_today(&[(10, 0), (0, 5)]);
    house.cash("principal", 999_99);
    let order = |body: Value| house.redeem(house.senior, body);
    let notice = "ab".repeat(32);
    for (body, field) in [
        (json!({ "kind": "maturity" }), "units"),
        (json!({ "kind": "maturity", "units": 9 }), "units"),
        (json!({ "kind": "maturity", "price_minor": 101_00 }), "price_minor"),
        (json!({ "kind": "maturity", "division": "by-lot" }), "division"),
        (json!({ "kind": "maturity", "payment_date": house.day(0) }), "payment_date"),
        (json!({ "kind": "maturity", "payment_date": "soon" }), "payment_date"),
        (json!({ "kind": "maturity", "seed": "x" }), "seed"),
        (json!({ "kind": "maturity", "contributed_minor": 1_000_01 }), "contributed_minor"),
        (json!({ "kind": "redeemed" }), "kind"),
        (json!({ "kind": "amortisation" }), "units"),
        (json!({ "kind": "amortisation", "units": 11 }), "units"),
        (json!({ "kind": "amortisation", "face_minor": 150_00 }), "face_minor"),
        (json!({ "kind": "amortisation", "units": 1, "face_minor": 100_00 }), "face_minor"),
        (json!({ "kind": "amortisation", "units": 1, "division": "whole" }), "division"),
        (json!({ "kind": "amortisation", "units": 1, "division": "by-lot" }), "seed"),
        (json!({ "kind": "early", "units": 1 }), "notice_sha256"),
        (json!({ "kind": "early", "units": 1, "notice_sha256": "abc" }), "notice_sha256"),
        (
            json!({ "kind": "early", "units": 1, "notice_sha256": notice, "price_minor": 99_99 }),
            "price_minor",
        ),
    ] {
        assert_eq!(order(body.clone()).refused_field(), field, "{body}");
    }
    let short = order(json!({ "kind": "maturity" })).expect(422);
    let limit = short.to_string();
    assert!(limit.contains("at most 99999 for all units: 99999 in cash and 0 brought in"), "{limit}");
    assert!(limit.contains("100000 are needed"), "{limit}");
    // The principal of those that come first is kept: whoever comes after them is paid with money that is brought.
    assert_eq!(house.redeem(house.junior, json!({ "kind": "maturity" })).refused_field(), "units");
    let brought = json!({ "kind": "maturity", "contributed_minor": 500_00 });
    let junior = house.redeem(house.junior, brought).expect(201);
    assert_eq!(junior["kept"][0]["kept_minor"], 1_000_00);
    let far = json!({ "kind": "amortisation", "units": 1, "payment_date": house.day(93) });
    assert_eq!(order(far).refused_field(), "payment_date");
    let body = json!({ "kind": "maturity", "partition_id": house.senior.to_string() });
    house.stage.person("stranger", Role::Issuer).post("/v1/redemptions", &body).expect(404);
    house.operator.post("/v1/redemptions", &body).expect(403);
    house.sign_in(1).get("/v1/redemptions").expect(403);
    let unknown = format!("/v1/redemptions/{}", house.senior);
    house.issuer.get(&unknown).expect(404);
}

#[test]
pub(crate) fn more_holders_than_one_batch_takes_are_redeemed_in_several_within_the_gas_of_a_transaction() {
    let house = Treasury::open_today(&[(1, 0); 45]);
    house.cash("principal", 4_500_00);
    let id = id_of(&house.redeem(house.senior, json!({ "kind": "maturity" })).expect(201));
    house.advance(2);
    let done = house.redeemed(&id, "paid");
    assert_eq!(done["progress"]["paid"], json!({ "lines": 45, "units": 45, "amount_minor": 4_500_00 }));
    house.settle();
    let calls = house.app().ask(|tx| Ok(store::outbox::about(tx, &id)?)).unwrap();
    let gas: Vec<i64> = calls.iter().map(|call| call.gas_used.unwrap()).collect();
    assert_eq!(calls.len(), 4, "the money, the allowance, forty holders and five: {gas:?}");
    // The most that a transaction may use is 2^24 (EIP-7825); a third of it is left for dearer payment tokens.
    assert!(gas[2] < 2 * (1 << 24) / 3, "{gas:?}");
    println!("forty holders: {} gas, {} each", gas[2], gas[2].div_euclid(40));
    assert_eq!(house.units_left(house.senior), 0);
    house.agrees();
}
