//! Every call the contracts offer, built from the words of the business.

mod agent;
mod deploy;
mod holds;
mod limits;
mod payer;
mod payment;
mod registry;
mod roles;
mod token;

pub use agent::{
    RedemptionTerms, Refused, batch, deploy_junior_first, recover_wallet, redeem_against_payment,
    set_default, set_wallets_frozen, set_waterfall, write_down,
};
pub use deploy::{
    PartitionTerms, TokenPlan, deploy_back_office, deploy_payer, deploy_payment_token, deploy_registry,
    deploy_token,
};
pub use holds::{Hold, create_hold, execute_hold, execute_hold_with_secret, release_hold};
pub use limits::{
    PartitionLimits, ReleaseStep, cosign, count_owners, set_class_limit, set_country_limit,
    set_partition_limits, set_pool_cap, set_release_schedule, set_scheduled_units, set_system_account,
};
pub use payer::{
    CouponPlan, claim, claim_for_lost, declare_coupon, pay_chunk, pay_owed, pay_owed_for_lost, reclaim,
    remit, use_registry,
};
pub use payment::{approve, mint_cash, set_blocked, transfer_cash};
pub use registry::{
    Registration, add_wallet, list_token, register, remove_wallet, set_identity_frozen, set_profile,
    set_valid_until,
};
pub use roles::{ChainRole, accept_admin, grant_roles, offer_admin, revoke_roles};
pub use token::{
    Issue, Movement, add_partition, authorize_operator, close_primary, controller_redeem,
    controller_transfer, issue, issue_batch, operator_redeem, operator_transfer, pause, redeem,
    remove_document, renounce_control, revoke_operator, schedule_record_date, set_document, set_frozen_units,
    set_partition_paused, set_partition_terms, set_wallet_frozen, set_wallet_lock, transfer, unpause,
};

use super::{ChainCall, TooBig};
use alloy::sol_types::SolCall;
use domain::party::WalletAddress;

/// The most entries of one batch: 200 new holders fit the gas of one transaction (2^24, EIP-7825).
pub const MAX_BATCH: usize = 200;

fn call(contract: WalletAddress, call: impl SolCall) -> ChainCall {
    ChainCall { to: Some(contract), data: call.abi_encode(), value_wei: 0 }
}

fn within_batch(given: usize) -> Result<(), TooBig> {
    if given <= MAX_BATCH { Ok(()) } else { Err(TooBig { given, limit: MAX_BATCH }) }
}

/// Sends native currency to a wallet, so that it can pay for its own calls.
#[must_use]
pub fn fund(wallet: WalletAddress, wei: u128) -> ChainCall {
    ChainCall { to: Some(wallet), data: Vec::new(), value_wei: wei }
}
