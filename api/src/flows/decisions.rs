//! Every decision with its reasons, from the audit log, for those who supervise.

use crate::app::{App, Command};
use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::Invalid;
use domain::party::Role;
use serde::{Deserialize, Serialize};
use store::decisions::Question;

/// The most decisions of one export; a longer period is taken in parts.
pub const MAX_EXPORTED: usize = 50_000;

/// What counts as a decision, as it stands in the audit log.
pub const DECISIONS: &[&str] = &[
    "allocation.made",
    "case.decided",
    "case.opened",
    "chain.refused",
    "collection.booked",
    "coupon.books-closed",
    "coupon.carried",
    "coupon.declared",
    "coupon.paid",
    "coupon.payment-started",
    "credential.all_revoked",
    "credential.issued",
    "credential.presented",
    "credential.revoked",
    "credential_issuer.ended",
    "credential_issuer.trusted",
    "credential_key.rotated",
    "document.brought",
    "entitlement.retried",
    "hold.executed",
    "hold.executing",
    "hold.expired",
    "hold.ordered",
    "hold.placed",
    "hold.refused",
    "hold.released",
    "hold.releasing",
    "investor.applied",
    "investor.frozen",
    "investor.renewed",
    "investor.screened",
    "investor.unfrozen",
    "invoice.agreed",
    "invoice.defaulted",
    "invoice.disputed",
    "order.awaiting",
    "order.confirmed",
    "order.rejected",
    "order.withdrawn",
    "partition.cured",
    "partition.defaulted",
    "partition.written-down",
    "pool.closing-primary",
    "pool.live",
    "pool.offered",
    "pool.tokenising",
    "pool.tokenising-refused",
    "redemption.cancelled",
    "redemption.ordered",
    "redemption.paid",
    "redemption.partly-paid",
    "redemption.refused",
    "redemption.register-fixed",
    "redemption.resumed",
    "redemption.retried",
    "rules.pool-set",
    "rules.set",
    "sanctions_list.loaded",
    "subscription.declined",
    "subscription.placed",
    "subscription.refused",
    "subscription.settled",
    "transfer.accepted",
    "transfer.cosigned",
    "transfer.refused",
    "transfer.settled",
    "waterfall.ordered",
    "wallet.recovered",
    "wallet.recovery-sent-again",
    "wallets.frozen",
    "wallets.unfrozen",
];

/// The period that is asked for.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Period {
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub before: Option<DateTime<Utc>>,
}

/// One decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decision {
    /// Its place in the audit log.
    pub position: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: the id of an account, or `system`.
    pub actor: String,
    /// What was decided.
    pub action: String,
    /// About which thing: its id.
    pub subject: String,
    /// The numbers and the reasons.
    pub detail: serde_json::Value,
    /// The hash that binds the entry to the log.
    pub hash: String,
}

/// Which decisions of the period are given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Portion {
    /// At most so many after a position.
    Page {
        /// The position.
        after: i64,
        /// How many.
        most: i64,
    },
    /// All of them.
    Export,
}

/// Reads decisions, oldest first; that they were read is noted.
///
/// # Errors
/// [`AppError::Forbidden`] for issuers and investors; [`AppError::Invalid`] when an export has more than
/// [`MAX_EXPORTED`].
pub fn read(
    app: &App,
    command: &Command,
    period: Period,
    portion: Portion,
) -> Result<Vec<Decision>, AppError> {
    command.by.must_be(&[Role::Regulator, Role::Compliance, Role::Operator])?;
    if let (Some(from), Some(before)) = (period.from, period.before)
        && from >= before
    {
        return Err(Invalid::new("to", before.to_rfc3339(), "later than `from`").into());
    }
    let question = Question { actions: DECISIONS, from: period.from, before: period.before };
    app.execute(command, &(period, portion), |act| {
        let mut entries = Vec::new();
        let (mut position, rows) = match portion {
            Portion::Page { after, most } => (after, most),
            Portion::Export => (0, store::MAX_PAGE),
        };
        loop {
            let page = store::decisions::after(act.tx, question, position, rows)?;
            let Some(last) = page.last() else { break };
            position = last.position;
            entries.extend(page);
            if portion != Portion::Export {
                break;
            }
            if entries.len() > MAX_EXPORTED {
                let limit = format!("a period with at most {MAX_EXPORTED} decisions");
                return Err(Invalid::new("from", "", limit).into());
            }
        }
        let detail = serde_json::json!({ "period": period, "decisions": entries.len() });
        act.audit("decisions.read", "decisions", &detail)?;
        entries.into_iter().map(decision).collect()
    })
}

fn decision(entry: store::audit::Entry) -> Result<Decision, AppError> {
    let detail = serde_json::from_str(&entry.detail).map_err(AppError::internal)?;
    let at = entry.at.and_utc();
    let (position, actor, action) = (entry.position, entry.actor, entry.action);
    Ok(Decision { position, at, actor, action, subject: entry.subject, detail, hash: entry.hash })
}
