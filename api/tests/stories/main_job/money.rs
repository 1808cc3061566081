//! Steps 6 to 8: cash comes in and goes out, the supervisor reads, a year passes.

use super::people::Investor;
use super::{House, Pool};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a year may take on a machine that is busy.
pub(super) const PATIENCE: Duration = Duration::from_secs(900);
/// What the coupon pays, in cents.
const COUPON_MINOR: i64 = 12_345_67;
/// Smallest units of the payment token in a cent.
const CASH_UNITS: i64 = 10_000;

impl House {
    fn day(&self, days: i64) -> String {
        (self.office.now().date_naive() + TimeDelta::days(days)).to_string()
    }

    /// The sale ends, an invoice is paid in two parts, and a rent comes in.
    pub(super) fn cash_comes_in(&self, trade: &Pool, rents: &Pool) {
        self.issuer.post(&format!("/v1/pools/{}/primary-close", trade.id), &json!({})).expect(200);
        self.office.stage.settle();
        let listed = self.issuer.get(&format!("/v1/invoices?pool_id={}&limit=200", trade.id)).expect(200);
        let items = listed["items"].as_array().unwrap();
        let invoice = items.iter().find(|invoice| invoice["external_id"] == "ERP-12").unwrap()["id"].clone();
        let path = format!("/v1/pools/{}/collections", trade.id);
        for (key, amount, open) in [("bank-1", 40_000_00, 60_000_00), ("bank-2", 60_000_00, 0)] {
            let body = json!({ "external_id": key, "invoice_id": invoice, "amount_minor": amount,
                               "received_on": self.day(0) });
            assert_eq!(self.issuer.post(&path, &body).expect(201)["open_minor"], open);
            assert_eq!(self.issuer.post(&path, &body).expect(200)["new"], false, "booked once");
        }
        let too_much = json!({ "external_id": "bank-3", "invoice_id": invoice, "amount_minor": 1,
                               "received_on": self.day(0) });
        assert_eq!(self.issuer.post(&path, &too_much).refused_field(), "amount_minor");

        let shown = self.issuer.get(&format!("/v1/pools/{}", rents.id)).expect(200);
        let property = shown["property_id"].as_str().unwrap();
        let units = self.issuer.get(&format!("/v1/properties/{property}/leases")).expect(200);
        let lease = units[0]["leases"][0]["id"].clone();
        let body = json!({ "external_id": "rent-1", "lease_id": lease, "amount_minor": 1_150_00,
                           "received_on": self.day(0) });
        self.issuer.post(&format!("/v1/pools/{}/collections", rents.id), &body).expect(201);
    }

    /// The coupon of the issue: 4,111.11 + 4,111.11 + 4,123.45, on the chain and in the books.
    pub(super) fn coupon_of_12_345_67_is_paid_to_333_333_and_334_units(
        &self,
        pool: &Pool,
        holders: &[&Investor; 3],
    ) {
        let body = json!({
            "period_start": self.day(-4), "period_end": self.day(0), "record_date": self.day(0),
            "payment_date": self.day(2), "amount_minor": COUPON_MINOR,
        });
        let path = format!("/v1/partitions/{}/coupons", pool.junior);
        let dry = self.issuer.post(&format!("{path}?dry_run=true"), &body).expect(200);
        assert_eq!((&dry["coupon_id"], &dry["amount_minor"]), (&json!(null), &json!(COUPON_MINOR)));
        let declared = self.issuer.post_once(&path, "coupon-1", &body).expect(201);
        let coupon = declared["coupon_id"].as_str().unwrap().to_owned();
        let before: Vec<i64> = holders.iter().map(|holder| self.cash_of(holder)).collect();
        self.advance(3);
        let paid = self.issuer.get(&format!("/v1/coupons/{coupon}")).expect(200);
        assert_eq!(
            (&paid["status"], &paid["progress"]["paid_minor"]),
            (&json!("paid"), &json!(COUPON_MINOR))
        );
        for ((holder, before), amount) in holders.iter().zip(before).zip([4_111_11, 4_111_11, 4_123_45]) {
            let mine = holder.person.get("/v1/payments?limit=200").expect(200);
            let items = mine["items"].as_array().unwrap();
            let line = items.iter().find(|line| line["entitlement"]["coupon_id"] == *coupon).unwrap();
            assert_eq!(line["entitlement"]["amount_minor"], amount);
            assert_eq!(self.cash_of(holder) - before, amount * CASH_UNITS, "the wallet on the chain");
        }
        let reconciled = self.operator.post("/v1/reconciliations", &json!({})).expect(200);
        assert_eq!(reconciled["breaks"], json!([]));
    }

    fn cash_of(&self, holder: &Investor) -> i64 {
        let stage = &self.office.stage;
        let currency = stage.app.ask(muniment::flows::install::installed).unwrap().payment_token;
        stage.wait_for(stage.app.chain.payment_balance(currency, holder.wallet)).unwrap()
    }

    /// The register before the transfer and today, as JSON and as CSV; both add up.
    pub(super) fn register_is_read_as_of_a_date(&self, pool: &Pool) {
        let path = format!("/v1/partitions/{}/register", pool.senior);
        let units_on = |day: &str| {
            let register = self.regulator.get(&format!("{path}?as_of={day}")).expect(200);
            assert_eq!(register["total_units"], register["outstanding_units"]);
            let lines = register["holders"].as_array().unwrap().iter();
            let mut units: Vec<i64> = lines.map(|line| line["units"].as_i64().unwrap()).collect();
            units.sort_unstable();
            units
        };
        // The sale was a week ago, the transfer four days later.
        assert_eq!(units_on(&self.day(-6)), [100, 30_000, 50_000]);
        assert_eq!(units_on(&self.day(0)), [100, 30_000, 50_000]);
        assert_eq!(units_on(&self.day(-30)), [] as [i64; 0]);
        let text = self.regulator.get(&format!("{path}?as_of={}&format=csv", self.day(0))).expect(200);
        let lines: Vec<&str> = text.as_str().unwrap().split("\r\n").collect();
        assert_eq!((lines.len(), lines[4]), (6, "total,,80100,10000,,,,"), "{text}");
        for person in ["Anna", "Schmidt", "Vries"] {
            assert!(!text.as_str().unwrap().contains(person), "no names");
        }
    }

    /// Every refusal and decision of the story with its reasons, in pages, as one JSON and as CSV.
    pub(super) fn decisions_are_read(&self) {
        let mut told: Vec<Value> = Vec::new();
        let mut next = Some(String::new());
        while let Some(after) = next {
            let query = if after.is_empty() { String::new() } else { format!("&after={after}") };
            let page = self.regulator.get(&format!("/v1/decisions?limit=50{query}")).expect(200);
            told.extend(page["items"].as_array().unwrap().clone());
            next = page["next"].as_str().map(str::to_owned);
        }
        let has = |action: &str, word: &str| {
            told.iter().any(|one| one["action"] == *action && one["detail"].to_string().contains(word))
        };
        for (action, word) in [
            ("transfer.refused", "RECEIVER_UNKNOWN"),
            ("transfer.refused", "CAP_HOLDER"),
            ("transfer.refused", "COUNTRY"),
            ("transfer.refused", "KYC_EXPIRED"),
            ("transfer.settled", ""),
            ("subscription.refused", "CAP_HOLDER"),
            ("credential.presented", "SUBJECT_NOT_HOLDER"),
            ("case.decided", "reject"),
            ("collection.booked", "4000000"),
            ("coupon.declared", "1234567"),
            ("coupon.paid", "1234567"),
        ] {
            let of_kind: Vec<_> = told.iter().filter(|one| one["action"] == *action).collect();
            assert!(has(action, word), "{action} {word} is not told, but {of_kind:?}");
        }
        let whole = self.regulator.get("/v1/decisions?format=json").expect(200);
        assert_eq!((whole["items"].as_array().unwrap().len(), &whole["next"]), (told.len(), &Value::Null));
        let export = self.regulator.get("/v1/decisions?format=csv").expect(200);
        let lines = export.as_str().unwrap().split("\r\n").count();
        assert_eq!(lines, told.len() + 2, "a header, every decision, and the end of the last line");
    }

    /// Debtors and tenants pay, coupons are declared, books close, holders are paid: nobody touches anything.
    pub(super) fn year_passes(&self, trade: &Pool, rents: &Pool) {
        let begin: DateTime<Utc> = self.office.now();
        self.advance(365);
        assert!(self.office.now() - begin >= TimeDelta::days(365));
        for pool in [trade, rents] {
            for partition in [&pool.senior, &pool.junior] {
                let path = format!("/v1/partitions/{partition}/coupons?limit=50");
                let coupons = self.issuer.get(&path).expect(200)["items"].as_array().unwrap().clone();
                let by_itself = coupons.iter().filter(|coupon| coupon["amount_minor"] != COUPON_MINOR);
                assert!(by_itself.clone().count() >= 3, "{partition}: {} coupons", coupons.len());
                for coupon in by_itself {
                    let is_due = coupon["payment_date"].as_str().unwrap() < self.day(0).as_str();
                    assert!(!is_due || coupon["status"] == "paid", "{coupon}");
                }
            }
        }
        let paid = self.issuer.get(&format!("/v1/invoices?pool_id={}&status=paid&limit=200", trade.id));
        assert_eq!(paid.expect(200)["items"].as_array().unwrap().len(), 12, "every debtor has paid");
        let reconciled = self.operator.post("/v1/reconciliations", &json!({})).expect(200);
        assert_eq!(reconciled["breaks"], json!([]), "{reconciled}");
        let audit = self.office.stage.app.ask(|tx| Ok(store::audit::verify(tx)?)).unwrap();
        assert!(audit.is_ok_and(|entries| entries > 100));
        self.office.stage.network.must_replay();
    }
}
