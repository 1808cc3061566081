//! States as words: one spelling in Rust, SQL, JSON and HTML.

/// Declares an enum whose variants are words of the business, with `as_str`, `FromStr`, `Display` and serde.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $field:literal { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every word, in the order of its life.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in SQL, JSON and HTML.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                word.as_str().to_owned()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Invalid;

            fn try_from(text: String) -> Result<Self, $crate::Invalid> {
                text.parse()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, $crate::Invalid> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::Invalid::new($field, text, concat!("one of:" $(, " ", $word)*))),
                }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// The life of a call to the chain.
    CallStatus, "call_status" {
        /// Written in the transaction of its cause, not yet signed.
        Queued = "queued",
        /// Signed with a nonce; its bytes and hash are stored; it may or may not have reached the network.
        Submitted = "submitted",
        /// In a block that may still be reorganised away.
        Mined = "mined",
        /// Buried under enough blocks.
        Final = "final",
        /// The contract said no before a nonce was spent, or reverted in a block.
        Refused = "refused",
    }
}

words! {
    /// The life of a job.
    JobStatus, "job_status" {
        /// Waiting for its time.
        Ready = "ready",
        /// Claimed with a lease.
        Running = "running",
        /// Finished.
        Done = "done",
        /// Given up after the last retry; an operator may start it again.
        Failed = "failed",
    }
}

words! {
    /// The life of a case of the compliance officer.
    CaseStatus, "case_status" {
        /// Waits for a decision.
        Open = "open",
        /// Decided: the person may hold.
        Approved = "approved",
        /// Decided: the person may not hold.
        Rejected = "rejected",
    }
}

words! {
    /// Why a case was opened.
    CaseCause, "opened_because" {
        /// Somebody applies, and everything that is asked for is there.
        Application = "application",
        /// Somebody who was approved is on a new version of a list.
        Screening = "screening",
    }
}

words! {
    /// The life of a subscription.
    SubscriptionStatus, "subscription_status" {
        /// Placed, waits for allocation.
        Open = "open",
        /// Units are given to it; the mint is on its way.
        Allocated = "allocated",
        /// The units are on the register.
        Settled = "settled",
        /// Given nothing.
        Declined = "declined",
        /// Refused beforehand, with reasons: it was never placed.
        Refused = "refused",
    }
}

words! {
    /// The life of a transfer.
    TransferStatus, "transfer_status" {
        /// Accepted by the engine; the chain call is on its way.
        Accepted = "accepted",
        /// On the register.
        Settled = "settled",
        /// Refused, with reasons.
        Refused = "refused",
    }
}

words! {
    /// The life of a hold.
    HoldStatus, "hold_status" {
        /// On its way to the chain.
        Ordered = "ordered",
        /// The chain refused it.
        Refused = "refused",
        /// It keeps units.
        Held = "held",
        /// It keeps units and is never executed any more: they are about to be freed.
        Expired = "expired",
        /// Delivered, all of it or the part that was not freed.
        Executed = "executed",
        /// Freed, all of it.
        Released = "released",
    }
}

words! {
    /// How far the chain has come with what an officer ordered.
    ActionStatus, "action_status" {
        /// Its calls are on their way.
        UnderWay = "under-way",
        /// The chain has all of it.
        Done = "done",
        /// The chain refused a part of it.
        Refused = "refused",
    }
}

words! {
    /// What an officer orders that another officer has to confirm.
    OrderKind, "order_kind" {
        /// A lost wallet is replaced by another one of its investor.
        Recovery = "recovery",
        /// Units of somebody are kept.
        Hold = "hold",
        /// Units that a hold keeps are delivered.
        Execution = "hold-execution",
    }
}

words! {
    /// The life of an order that another officer has to confirm.
    OrderStatus, "order_status" {
        /// Nobody has decided yet.
        Awaiting = "awaiting",
        /// Another officer has confirmed it: it was carried out.
        Confirmed = "confirmed",
        /// Another officer has rejected it, with a reason.
        Rejected = "rejected",
        /// Whoever ordered it has taken it back.
        Withdrawn = "withdrawn",
        /// Nobody decided in time.
        Expired = "expired",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back_as_its_state() {
        for status in CallStatus::ALL {
            assert_eq!(status.as_str().parse::<CallStatus>().as_ref(), Ok(status));
        }
        assert_eq!(
            "lost".parse::<CallStatus>().unwrap_err().limit,
            "one of: queued submitted mined final refused"
        );
    }
}
