//! What things are called on a page: their names for people instead of their ids.

use super::texts::Locale;
use crate::error::AppError;
use crate::flows::facts::Tranche;
use domain::ids::{CouponId, PartitionId, PoolId, RedemptionId};
use std::collections::BTreeMap;
use store::Tx;
use store::coupons::Coupon;
use store::redemptions::Redemption;

/// Names by id, read as far as a page needs them; what has none keeps its id.
#[derive(Clone)]
pub(super) struct Names {
    locale: Locale,
    known: BTreeMap<String, String>,
}

impl Names {
    /// Nothing is known yet.
    pub(super) fn new(locale: Locale) -> Self {
        Self { locale, known: BTreeMap::new() }
    }

    /// What a thing is called.
    pub(super) fn of(&self, id: impl ToString) -> String {
        let id = id.to_string();
        self.known.get(&id).cloned().unwrap_or(id)
    }

    /// Learns the name of a pool.
    pub(super) fn pool(&mut self, tx: &mut Tx<'_>, id: PoolId) -> Result<(), AppError> {
        self.learn(id, || Ok(store::pools::find(tx, id)?.map(|pool| pool.name)))
    }

    /// Learns the name of a partition: the token's symbol and its own.
    pub(super) fn partition(&mut self, tx: &mut Tx<'_>, id: PartitionId) -> Result<(), AppError> {
        self.learn(id, || partition(tx, id))
    }

    /// Learns the name of a coupon that was read already.
    pub(super) fn coupon(&mut self, tx: &mut Tx<'_>, coupon: &Coupon) -> Result<(), AppError> {
        let locale = self.locale;
        self.learn(coupon.id, || {
            let partition = partition(tx, coupon.partition_id)?.unwrap_or_default();
            Ok(Some(locale.text("coupon-name", &[("name", &partition), ("number", &coupon.number)])))
        })
    }

    /// Learns the name of an account of the ledger, which is its kind, a slash and the id of what it is about.
    pub(super) fn account(&mut self, tx: &mut Tx<'_>, account: &str) -> Result<(), AppError> {
        let Some((kind, id)) = account.split_once('/') else { return Ok(()) };
        if self.known.contains_key(account) {
            return Ok(());
        }
        match kind {
            "coupon-payable" | "paid" | "owed" => self.coupon_with(tx, id)?,
            "redemption-payable" | "redeemed" => self.redemption_with(tx, id)?,
            "residual" => match id.parse() {
                Ok(id) => self.partition(tx, id)?,
                Err(_) => return Ok(()),
            },
            _ => match id.parse() {
                Ok(id) => self.pool(tx, id)?,
                Err(_) => return Ok(()),
            },
        }
        let name = self.locale.find(&format!("account-{kind}"), &[("name", &self.of(id))]);
        self.known.insert(account.to_owned(), name.unwrap_or_else(|| account.to_owned()));
        Ok(())
    }

    /// Learns what an id stands for, when it is a pool's, a partition's or a coupon's.
    pub(super) fn anything(&mut self, tx: &mut Tx<'_>, id: &str) -> Result<(), AppError> {
        let Ok(pool) = id.parse() else { return Ok(()) };
        self.pool(tx, pool)?;
        if !self.known.contains_key(id) {
            self.partition(tx, PartitionId(pool.0))?;
        }
        if !self.known.contains_key(id) {
            self.coupon_with(tx, id)?;
        }
        if !self.known.contains_key(id) {
            self.redemption_with(tx, id)?;
        }
        Ok(())
    }

    fn coupon_with(&mut self, tx: &mut Tx<'_>, id: &str) -> Result<(), AppError> {
        let Ok(id) = id.parse::<CouponId>() else { return Ok(()) };
        match store::coupons::find(tx, id)? {
            Some(coupon) => self.coupon(tx, &coupon),
            None => Ok(()),
        }
    }

    /// Learns the name of a redemption that was read already.
    pub(super) fn redemption(&mut self, tx: &mut Tx<'_>, of: &Redemption) -> Result<(), AppError> {
        let locale = self.locale;
        self.learn(of.id, || {
            let partition = partition(tx, of.partition_id)?.unwrap_or_default();
            let named: [(&str, &dyn super::say::Say); 2] = [("name", &partition), ("day", &of.payment_date)];
            Ok(Some(locale.text("redemption-name", &named)))
        })
    }

    fn redemption_with(&mut self, tx: &mut Tx<'_>, id: &str) -> Result<(), AppError> {
        let Ok(id) = id.parse::<RedemptionId>() else { return Ok(()) };
        match store::redemptions::find(tx, id)? {
            Some(redemption) => self.redemption(tx, &redemption),
            None => Ok(()),
        }
    }

    fn learn(
        &mut self,
        id: impl ToString,
        read: impl FnOnce() -> Result<Option<String>, AppError>,
    ) -> Result<(), AppError> {
        let id = id.to_string();
        if !self.known.contains_key(&id)
            && let Some(name) = read()?
        {
            self.known.insert(id, name);
        }
        Ok(())
    }
}

fn partition(tx: &mut Tx<'_>, id: PartitionId) -> Result<Option<String>, AppError> {
    match Tranche::find(tx, id) {
        Ok(tranche) => Ok(Some(super::holdings::name(&tranche))),
        Err(AppError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
