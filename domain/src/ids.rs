//! Ids of different things do not mix: one type each, a UUIDv7 underneath, text outside.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident, $field:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Uuid::try_parse(text).map(Self).map_err(|_| Invalid::new($field, text, "a UUID of 36 characters"))
            }
        }
    )*};
}

ids! {
    /// A person who signs in.
    UserId, "user_id";
    /// An issuer: the company that brings assets and owes what they earn.
    IssuerId, "issuer_id";
    /// An investor: one beneficial owner with any number of wallets.
    InvestorId, "investor_id";
    /// A decision of the compliance officer in the making.
    CaseId, "case_id";
    /// A presentation of credentials that was judged.
    PresentationId, "presentation_id";
    /// A comparison of one person with the sanctions lists.
    ScreeningId, "screening_id";
    /// A provider whose credentials are believed.
    CredentialIssuerId, "credential_issuer_id";
    /// A credential that the platform issued.
    IssuedCredentialId, "issued_credential_id";
    /// An invoice brought in as an asset.
    InvoiceId, "invoice_id";
    /// A batch of files or rows that was imported together.
    ImportId, "import_id";
    /// A building or plot that earns rent.
    PropertyId, "property_id";
    /// A unit of a property that can be let.
    RentalUnitId, "rental_unit_id";
    /// A lease of one rental unit.
    LeaseId, "lease_id";
    /// A pool of assets behind one token.
    PoolId, "pool_id";
    /// A tranche of a pool.
    PartitionId, "partition_id";
    /// A document of a pool, in one version.
    DocumentId, "document_id";
    /// An order to buy units in the primary sale.
    SubscriptionId, "subscription_id";
    /// An allocation of a primary sale and the mint that follows it.
    AllocationId, "allocation_id";
    /// A transfer of units between two holders.
    TransferId, "transfer_id";
    /// A lost wallet in whose place another one came.
    RecoveryId, "recovery_id";
    /// Units that are kept for somebody.
    HoldId, "hold_id";
    /// Wallets that were frozen or freed together.
    FreezeId, "freeze_id";
    /// What one officer ordered and another one has to confirm.
    OrderId, "order_id";
    /// Cash that came in on an asset.
    CollectionId, "collection_id";
    /// One payment of what a partition earned.
    CouponId, "coupon_id";
    /// What one holder gets of one coupon.
    EntitlementId, "entitlement_id";
    /// Principal that is paid back.
    RedemptionId, "redemption_id";
    /// What one wallet gives and gets in a redemption.
    RedemptionLineId, "redemption_line_id";
    /// A call to the chain that waits, flies or has landed.
    CallId, "call_id";
    /// A piece of work that is claimed with a lease.
    JobId, "job_id";
    /// A transaction of the double-entry ledger.
    LedgerTransactionId, "ledger_transaction_id";
    /// Two figures that should agree and do not.
    BreakId, "break_id";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_text_outside_and_says_what_it_expected() {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(text.parse::<PoolId>().unwrap().to_string(), text);
        assert_eq!("pool".parse::<PoolId>().unwrap_err().field, "pool_id");
    }
}
