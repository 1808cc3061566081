//! What becomes of an invoice: disputed, agreed again, given up.

use crate::app::{App, Command};
use crate::error::AppError;
use domain::asset::InvoiceStatus;
use domain::ids::{InvoiceId, IssuerId, PoolId};
use domain::pool::PoolStatus;
use store::Tx;
use store::invoices::{self, Invoice};

/// What an issuer says of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The debtor says no.
    Disputed,
    /// The dispute is over and the debtor owes.
    Agreed,
    /// Past due beyond hope.
    Defaulted,
}

impl Mark {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Disputed => "invoice.disputed",
            Self::Agreed => "invoice.agreed",
            Self::Defaulted => "invoice.defaulted",
        }
    }

    /// The status that follows; `is_pledged` says where an agreed invoice returns to.
    fn after(self, status: InvoiceStatus, is_pledged: bool) -> Option<InvoiceStatus> {
        use InvoiceStatus as S;
        match (self, status) {
            (Self::Disputed, S::Available | S::Pledged) => Some(S::Disputed),
            (Self::Agreed, S::Disputed) if is_pledged => Some(S::Pledged),
            (Self::Agreed, S::Disputed) => Some(S::Available),
            (Self::Defaulted, S::Available | S::Pledged | S::Disputed) => Some(S::Defaulted),
            _ => None,
        }
    }

    const fn needs(self) -> &'static str {
        match self {
            Self::Disputed => "only an open invoice can be disputed",
            Self::Agreed => "only a disputed invoice can be agreed again",
            Self::Defaulted => "only an open or disputed invoice can default",
        }
    }
}

/// Marks an issuer's own invoice and returns its status.
///
/// # Errors
/// [`AppError::WrongState`] when it cannot follow from the status the invoice has.
pub fn mark(app: &App, command: &Command, id: InvoiceId, mark: Mark) -> Result<InvoiceStatus, AppError> {
    let issuer = command.by.issuer()?;
    app.execute(command, &(mark.as_str(), id), |act| {
        let invoice = own(act.tx, issuer, id)?;
        let is_pledged = is_pledged(act.tx, &invoice)?;
        let Some(after) = mark.after(invoice.status, is_pledged) else {
            let (state, limit) = (invoice.status.to_string(), mark.needs().to_owned());
            return Err(AppError::WrongState { what: "the invoice", state, limit });
        };
        invoices::set_status(act.tx, id, after)?;
        act.audit(mark.as_str(), id, &serde_json::json!({ "from": invoice.status, "to": after }))?;
        Ok(after)
    })
}

/// An issuer's own invoice.
///
/// # Errors
/// [`AppError::NotFound`] also when it is somebody else's.
pub fn own(tx: &mut Tx<'_>, issuer: IssuerId, id: InvoiceId) -> Result<Invoice, AppError> {
    let found = invoices::find(tx, id)?.filter(|invoice| invoice.issuer_id == issuer);
    found.ok_or_else(|| AppError::not_found("invoice", id))
}

/// Whether its pool has left the draft.
fn is_pledged(tx: &mut Tx<'_>, invoice: &Invoice) -> Result<bool, AppError> {
    let Some(pool) = &invoice.pool_id else { return Ok(false) };
    let pool = store::pools::find(tx, pool.parse::<PoolId>()?)?;
    Ok(pool.is_some_and(|pool| pool.status != PoolStatus::Draft))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_follows_only_from_some_statuses() {
        use InvoiceStatus as S;
        let cases = [
            (Mark::Disputed, [Some(S::Disputed), Some(S::Disputed), None, None, None]),
            (Mark::Agreed, [None, None, Some(S::Pledged), None, None]),
            (Mark::Defaulted, [Some(S::Defaulted), Some(S::Defaulted), Some(S::Defaulted), None, None]),
        ];
        for (mark, expected) in cases {
            for (status, after) in InvoiceStatus::ALL.iter().zip(expected) {
                assert_eq!(mark.after(*status, true), after, "{mark:?} of {status}");
            }
        }
        assert_eq!(Mark::Agreed.after(S::Disputed, false), Some(S::Available));
    }
}
