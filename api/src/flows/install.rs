//! A new installation deploys what all pools share: registry, back office, payer of coupons, payment token.

use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::outbox::{Intent, Landed, PLATFORM};
use domain::party::WalletAddress;
use domain::status::CallStatus;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::outbox::Call;
use store::projection::WatchedContract;
use tokenizer::chain::ChainCall;
use tokenizer::chain::calls::{self, ChainRole};

/// The kind of a call that deploys a shared contract.
pub const DEPLOY: &str = "install.deploy";
/// The kind of a call that gives the platform its roles.
const GRANT: &str = "install.grant";
const NAME_REGISTRY: &str = "install.registry";

/// A contract that all pools share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// Who may hold.
    IdentityRegistry,
    /// The code behind every token.
    BackOffice,
    /// Pays coupons.
    CouponPayer,
    /// The demonstration currency.
    PaymentToken,
}

impl Shared {
    const ALL: [Self; 4] = [Self::IdentityRegistry, Self::BackOffice, Self::CouponPayer, Self::PaymentToken];

    /// The word in settings, call subjects and watched contracts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdentityRegistry => "identity-registry",
            Self::BackOffice => "back-office",
            Self::CouponPayer => "coupon-payer",
            Self::PaymentToken => "payment-token",
        }
    }

    fn setting(self) -> String {
        format!("contract.{}", self.as_str())
    }

    fn deployment(self, admin: WalletAddress) -> ChainCall {
        match self {
            Self::IdentityRegistry => calls::deploy_registry(admin),
            Self::BackOffice => calls::deploy_back_office(),
            Self::CouponPayer => calls::deploy_payer(admin),
            Self::PaymentToken => calls::deploy_payment_token("Muniment Demo Euro", "DEUR", admin),
        }
    }
}

/// Where the shared contracts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contracts {
    /// Who may hold.
    pub identity_registry: WalletAddress,
    /// The code behind every token.
    pub back_office: WalletAddress,
    /// Pays coupons.
    pub coupon_payer: WalletAddress,
    /// The demonstration currency.
    pub payment_token: WalletAddress,
}

/// Makes the platform a signer and writes the deployments, once.
///
/// # Errors
/// When the database fails.
pub fn install(app: &App) -> Result<(), AppError> {
    let platform = app.platform()?;
    app.execute(&Command::from_system(), &(), |act| {
        store::outbox::add_signer(act.tx, platform, PLATFORM)?;
        for shared in Shared::ALL {
            act.call_chain(&Intent {
                operation_key: format!("install/{}", shared.as_str()),
                kind: DEPLOY,
                subject: shared.as_str().to_owned(),
                signer: platform,
                call: shared.deployment(platform),
            })?;
        }
        Ok(())
    })
}

/// Notes where a shared contract is, watches it, and gives the platform its roles on it.
///
/// # Errors
/// When the chain refused a deployment: without it nothing works.
pub fn deployed(app: &App, act: &mut Act<'_, '_>, call: &Call, landed: &Landed) -> Result<(), AppError> {
    let shared = Shared::ALL.into_iter().find(|shared| shared.as_str() == call.subject);
    let shared = shared.ok_or_else(|| AppError::internal(format!("{} is not shared", call.subject)))?;
    let Landed::Mined { contract: Some(address), block, .. } = landed else {
        return Err(AppError::internal(format!("{} was not deployed: {landed:?}", call.subject)));
    };
    store::settings::set(act.tx, &shared.setting(), &address.to_string())?;
    if let Some(contracts) = contracts(act.tx)? {
        name_registry(app, act, contracts)?;
    }
    if shared == Shared::BackOffice {
        return Ok(());
    }
    let (kind, subject) = (shared.as_str().to_owned(), shared.as_str().to_owned());
    let contract = WatchedContract { address: address.to_string(), kind, subject, from_block: *block };
    store::projection::watch(act.tx, contract)?;
    grant_platform(app, act, (*address, shared.as_str()))
}

/// Tells the payer which registry says whose wallets are one owner's, once all contracts are there.
fn name_registry(app: &App, act: &mut Act<'_, '_>, contracts: Contracts) -> Result<(), AppError> {
    act.call_chain(&Intent {
        operation_key: "install/registry".to_owned(),
        kind: NAME_REGISTRY,
        subject: Shared::CouponPayer.as_str().to_owned(),
        signer: app.platform()?,
        call: calls::use_registry(contracts.coupon_payer, contracts.identity_registry),
    })?;
    Ok(())
}

/// Gives the platform every role on a contract that it administers.
///
/// # Errors
/// When the database fails.
pub fn grant_platform(
    app: &App,
    act: &mut Act<'_, '_>,
    (contract, subject): (WalletAddress, &str),
) -> Result<(), AppError> {
    let platform = app.platform()?;
    let roles = [
        ChainRole::Issuer,
        ChainRole::TransferAgent,
        ChainRole::Compliance,
        ChainRole::Payer,
        ChainRole::Pauser,
    ];
    act.call_chain(&Intent {
        operation_key: format!("grant/{contract}"),
        kind: GRANT,
        subject: subject.to_owned(),
        signer: platform,
        call: calls::grant_roles(contract, platform, &roles),
    })?;
    Ok(())
}

/// Where the shared contracts are; none while they are being deployed.
///
/// # Errors
/// When the database fails.
pub fn contracts(tx: &mut Tx<'_>) -> Result<Option<Contracts>, AppError> {
    let mut find = |shared: Shared| -> Result<Option<WalletAddress>, AppError> {
        let found = store::settings::get(tx, &shared.setting())?;
        Ok(found.as_deref().map(str::parse).transpose()?)
    };
    let (registry, back_office) = (find(Shared::IdentityRegistry)?, find(Shared::BackOffice)?);
    let (payer, payment_token) = (find(Shared::CouponPayer)?, find(Shared::PaymentToken)?);
    Ok(registry.zip(back_office).zip(payer).zip(payment_token).map(
        |(((registry, back_office), payer), token)| Contracts {
            identity_registry: registry,
            back_office,
            coupon_payer: payer,
            payment_token: token,
        },
    ))
}

/// Whether the shared contracts are on the chain and no call of their installation is on its way.
///
/// # Errors
/// When the database fails.
pub fn is_complete(tx: &mut Tx<'_>) -> Result<bool, AppError> {
    if contracts(tx)?.is_none() {
        return Ok(false);
    }
    for shared in Shared::ALL {
        let calls = store::outbox::about(tx, shared.as_str())?;
        let on_its_way = |call: &Call| matches!(call.status, CallStatus::Queued | CallStatus::Submitted);
        if calls.iter().any(on_its_way) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As [`contracts`], for flows that cannot go on without them.
///
/// # Errors
/// [`AppError::WrongState`] while the installation is not finished.
pub fn installed(tx: &mut Tx<'_>) -> Result<Contracts, AppError> {
    let missing = || AppError::WrongState {
        what: "the installation",
        state: "being deployed".to_owned(),
        limit: "wait until the shared contracts are on the chain".to_owned(),
    };
    contracts(tx)?.ok_or_else(missing)
}
