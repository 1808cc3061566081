//! What each kind of job does: one line a kind, the work is in the flows.

use super::Running;
use crate::error::AppError;
use store::jobs::Ended;

/// Removes sessions that have ended.
pub const SWEEP_SESSIONS: &str = "sessions.sweep";
/// Screens everybody again after a sanctions list has changed.
pub const RESCREEN: &str = "screening.rescreen";
/// Puts those whose approval ends soon on record.
pub const EXPIRING: &str = "identities.expiring";

/// Puts a document on chain when it comes into force.
pub const PUBLISH_DOCUMENT: &str = "documents.publish";

/// Frees what holds keep whose time is over.
pub const RELEASE_HOLDS: &str = "holds.release-expired";

/// Books what falls due by itself, in the sandbox alone.
pub const SANDBOX_COLLECT: &str = "sandbox.collect";
/// Closes the books of coupons whose record date is over.
pub const CLOSE_BOOKS: &str = "coupons.close-books";
/// Declares the coupons that fall due.
pub const DECLARE_COUPONS: &str = "coupons.declare";
/// Starts to pay the coupons whose payment date has come.
pub const PAY_COUPONS: &str = "coupons.pay";
/// Pays one coupon.
pub const PAY_COUPON: &str = "coupon.pay";

/// The schedules of a new installation: kind and cron expression (seconds first, UTC).
pub const SCHEDULES: &[(&str, &str)] = &[
    (SWEEP_SESSIONS, "0 30 3 * * *"),
    (EXPIRING, "0 0 6 * * *"),
    (RELEASE_HOLDS, "0 0 0 * * *"),
    (SANDBOX_COLLECT, "0 1 0 * * *"),
    (CLOSE_BOOKS, "0 5 0 * * *"),
    (DECLARE_COUPONS, "0 10 0 * * *"),
    (PAY_COUPONS, "0 0 8 * * *"),
];

/// Runs a job.
///
/// # Errors
/// Those of the flow, and an unknown kind.
pub(super) fn run(running: &Running<'_>) -> Result<Ended, AppError> {
    match running.job.kind.as_str() {
        PUBLISH_DOCUMENT => crate::flows::document::publish(running),
        SWEEP_SESSIONS => crate::flows::session::sweep(running),
        RESCREEN => crate::flows::rescreen::rescreen(running),
        EXPIRING => crate::flows::decide::list_expiring(running),
        RELEASE_HOLDS => crate::flows::hold::release_expired(running),
        SANDBOX_COLLECT => crate::flows::sandbox::collect_due(running),
        CLOSE_BOOKS => crate::flows::close_books::close_due(running),
        DECLARE_COUPONS => crate::flows::declare_coupon::declare_due(running),
        PAY_COUPONS => crate::flows::pay_coupon::pay_due(running),
        PAY_COUPON => crate::flows::pay_coupon::pay(running),
        crate::flows::redeem::REDEEM => crate::flows::redeem::run(running),
        crate::flows::mint::MINT => crate::flows::mint::run(running),
        unknown => Err(AppError::internal(format!("there is no job of the kind {unknown}"))),
    }
}
