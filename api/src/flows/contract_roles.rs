//! Who may do what on the contracts behind a pool, read from the chain at the moment of asking.

use super::install::{self, Shared};
use super::pool;
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use domain::ids::PoolId;
use domain::party::WalletAddress;
use store::pools::Pool;
use tokenizer::chain::{ContractRoles, TokenPowers};

/// The word for the pool's own token beside those of [`Shared`].
const TOKEN: &str = "security-token";

/// A contract with its roles.
#[derive(Debug, Clone)]
pub struct Contract {
    /// What it is: `security-token`, or the word of a shared contract.
    pub kind: &'static str,
    /// Where it is.
    pub address: WalletAddress,
    /// Who may do what on it.
    pub roles: ContractRoles,
}

/// The contracts behind a pool, its own token first.
#[derive(Debug, Clone)]
pub struct Contracts {
    /// The pool.
    pub pool: Pool,
    /// The account under which the platform itself sends.
    pub platform: WalletAddress,
    /// What may still be done to the units.
    pub token: TokenPowers,
    /// Each contract with roles; the code behind a token has none of its own.
    pub contracts: Vec<Contract>,
}

/// The roles on the contracts behind a pool, for everybody who may see the pool: the chain is open to all.
///
/// # Errors
/// [`AppError::NotFound`] for a pool that the actor may not see; [`AppError::WrongState`] for one without a token; when
/// the chain does not answer.
pub async fn of_pool(app: &App, by: &Actor, id: PoolId) -> Result<Contracts, AppError> {
    let by = by.clone();
    let found = app.blocking(move |app| {
        app.ask(|tx| {
            let pool = pool::visible(tx, &by, id)?;
            Ok((pool::token(&pool)?, pool, install::installed(tx)?))
        })
    });
    let (token, pool, shared) = found.await?;
    let mut contracts = Vec::new();
    for (kind, address) in [
        (TOKEN, token),
        (Shared::IdentityRegistry.as_str(), shared.identity_registry),
        (Shared::CouponPayer.as_str(), shared.coupon_payer),
        (Shared::PaymentToken.as_str(), shared.payment_token),
    ] {
        contracts.push(Contract { kind, address, roles: app.chain.contract_roles(address).await? });
    }
    let powers = app.chain.token_powers(token).await?;
    Ok(Contracts { pool, platform: app.platform()?, token: powers, contracts })
}
