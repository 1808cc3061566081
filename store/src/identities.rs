//! What the registry on chain says of identities: its events, and the state that follows from them.

use crate::row::{moment, stamp};
use crate::schema::{holdings, identity_changes};
use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::Country;
use domain::ids::PartitionId;
use domain::party::{InvestorClass, WalletAddress};

/// An event of the registry. What it does not speak of is none.
#[derive(Debug, Clone, Default, Queryable, Selectable, Insertable)]
#[diesel(table_name = identity_changes)]
pub struct IdentityChange {
    /// The block.
    pub block: i64,
    /// Its place in the block.
    pub log_index: i64,
    /// The opaque number of the beneficial owner.
    pub identity_number: i64,
    /// The wallet that came or went.
    pub wallet: Option<String>,
    /// Whether it went.
    pub removed: bool,
    /// The country of residence, as a code.
    pub country: Option<String>,
    /// The class, as a word.
    pub investor_class: Option<String>,
    /// The first moment at which the approval no longer holds.
    pub valid_until: Option<NaiveDateTime>,
    /// Whether the identity is frozen.
    pub frozen: Option<bool>,
}

/// An identity as the registry on chain knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The opaque number.
    pub number: i64,
    /// The country of residence.
    pub country: Country,
    /// The class.
    pub class: InvestorClass,
    /// The first moment at which the approval no longer holds.
    pub valid_until: DateTime<Utc>,
    /// Whether it is frozen in every token.
    pub frozen: bool,
    /// The wallets in use, in the order in which they came.
    pub wallets: Vec<WalletAddress>,
    /// The wallets that were taken out of use; their units still count.
    pub removed_wallets: Vec<WalletAddress>,
}

/// A moment as the rows keep it.
#[must_use]
pub fn at(moment: DateTime<Utc>) -> NaiveDateTime {
    stamp(moment)
}

/// Adds an event.
///
/// # Errors
/// When the database fails.
pub fn record(tx: &mut Tx<'_>, change: IdentityChange) -> Result<(), StoreError> {
    diesel::insert_into(identity_changes::table).values(change).execute(tx.conn)?;
    Ok(())
}

/// Takes an event back, when its block was reorganised away.
///
/// # Errors
/// When the database fails.
pub fn take_back(tx: &mut Tx<'_>, block: i64, log_index: i64) -> Result<(), StoreError> {
    diesel::delete(identity_changes::table.find((block, log_index))).execute(tx.conn)?;
    Ok(())
}

/// The identity with a number, when the registry knows it.
///
/// # Errors
/// [`StoreError::Corrupt`] when a stored word is none.
pub fn find(tx: &mut Tx<'_>, number: i64) -> Result<Option<Identity>, StoreError> {
    let changes: Vec<IdentityChange> = identity_changes::table
        .filter(identity_changes::identity_number.eq(number))
        .order((identity_changes::block, identity_changes::log_index))
        .select(IdentityChange::as_select())
        .load(tx.conn)?;
    follow(number, &changes).map_err(|invalid| StoreError::Corrupt(invalid.to_string()))
}

/// The identity behind a wallet, in use or not.
///
/// # Errors
/// As [`find`].
pub fn of_wallet(tx: &mut Tx<'_>, wallet: WalletAddress) -> Result<Option<Identity>, StoreError> {
    let number: Option<i64> = identity_changes::table
        .filter(identity_changes::wallet.eq(wallet.to_string()))
        .select(identity_changes::identity_number)
        .first(tx.conn)
        .optional()?;
    number.map_or(Ok(None), |number| find(tx, number))
}

/// Units of a partition over all wallets of an identity, those out of use included.
///
/// # Errors
/// When the database fails.
pub fn units_of(tx: &mut Tx<'_>, identity: &Identity, partition: PartitionId) -> Result<i64, StoreError> {
    let wallets = identity.wallets.iter().chain(&identity.removed_wallets);
    let wallets: Vec<String> = wallets.map(ToString::to_string).collect();
    let units: Vec<i64> = holdings::table
        .filter(holdings::partition_id.eq(partition.to_string()))
        .filter(holdings::wallet.eq_any(wallets))
        .select(holdings::units)
        .load(tx.conn)?;
    Ok(units.iter().sum())
}

/// The state that follows from the events of an identity, in their order.
fn follow(number: i64, changes: &[IdentityChange]) -> Result<Option<Identity>, domain::Invalid> {
    let mut identity: Option<Identity> = None;
    for change in changes {
        let wallet = change.wallet.as_deref().map(str::parse::<WalletAddress>).transpose()?;
        let country = change.country.as_deref().map(str::parse::<Country>).transpose()?;
        let class = change.investor_class.as_deref().map(str::parse::<InvestorClass>).transpose()?;
        let valid_until = change.valid_until.map(moment);
        let (known, first) = match (&mut identity, country, class, valid_until) {
            (Some(known), ..) => (known, false),
            (unknown, Some(country), Some(class), Some(valid_until)) => {
                let (wallets, removed_wallets) = (Vec::new(), Vec::new());
                let new =
                    Identity { number, country, class, valid_until, frozen: false, wallets, removed_wallets };
                (unknown.insert(new), true)
            }
            // Before its registration nothing can be said of an identity.
            _ => continue,
        };
        if !first {
            known.country = country.unwrap_or(known.country);
            known.class = class.unwrap_or(known.class);
            known.valid_until = valid_until.unwrap_or(known.valid_until);
            known.frozen = change.frozen.unwrap_or(known.frozen);
        }
        match wallet {
            Some(wallet) if change.removed => {
                known.wallets.retain(|kept| *kept != wallet);
                known.removed_wallets.push(wallet);
            }
            Some(wallet) => known.wallets.push(wallet),
            None => {}
        }
    }
    Ok(identity)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(log_index: i64, wallet: u8) -> IdentityChange {
        IdentityChange {
            log_index,
            identity_number: 7,
            wallet: Some(WalletAddress([wallet; 20]).to_string()),
            country: Some("DE".to_owned()),
            investor_class: Some("retail".to_owned()),
            valid_until: DateTime::from_timestamp(2_000_000_000, 0).map(|at| at.naive_utc()),
            ..IdentityChange::default()
        }
    }

    #[test]
    fn the_newest_word_on_each_matter_holds() {
        let frozen =
            IdentityChange { log_index: 2, identity_number: 7, frozen: Some(true), ..Default::default() };
        let moved = IdentityChange {
            log_index: 3,
            identity_number: 7,
            country: Some("FR".to_owned()),
            investor_class: Some("professional".to_owned()),
            ..Default::default()
        };
        let gone = IdentityChange {
            log_index: 4,
            identity_number: 7,
            wallet: Some(WalletAddress([1; 20]).to_string()),
            removed: true,
            ..Default::default()
        };
        let identity =
            follow(7, &[registered(0, 1), registered(1, 2), frozen, moved, gone]).unwrap().unwrap();
        assert_eq!((identity.country.code(), identity.class), ("FR", InvestorClass::Professional));
        assert!(identity.frozen);
        assert_eq!(identity.wallets, [WalletAddress([2; 20])]);
        assert_eq!(identity.removed_wallets, [WalletAddress([1; 20])]);
        assert_eq!(identity.valid_until.timestamp(), 2_000_000_000);
        assert_eq!(follow(7, &[]).unwrap(), None);
    }
}
