//! Redemptions: principal that is paid back, all of it or a part, and the states of that payment.

crate::status::words! {
    /// Why principal is paid back.
    RedemptionKind, "kind" {
        /// The term is over: all units end at their face value.
        Maturity = "maturity",
        /// Before the term, after a notice, at the face value or above it.
        Early = "early",
        /// A part, as planned, at the face value.
        Amortisation = "amortisation",
    }
}

crate::status::words! {
    /// Whose units end.
    RedemptionDivision, "division" {
        /// Everybody's, all of them.
        Whole = "whole",
        /// Everybody's, in proportion.
        ProRata = "pro-rata",
        /// Those that are drawn.
        ByLot = "by-lot",
    }
}

crate::status::words! {
    /// The life of a redemption.
    RedemptionStatus, "redemption_status" {
        /// Announced; the register of its record date is not fixed yet.
        Ordered = "ordered",
        /// The register is fixed, and units and money change hands.
        Paying = "paying",
        /// Everybody was tried, and somebody could not be paid: their units stay and their money waits.
        PartlyPaid = "partly-paid",
        /// Everybody is paid.
        Paid = "paid",
        /// Called off, all of it or what was still open.
        Cancelled = "cancelled",
    }
}

crate::status::words! {
    /// What has become of one wallet's part of a redemption.
    RedemptionLineStatus, "redemption_line_status" {
        /// Not tried yet, or on its way.
        Open = "open",
        /// The units ended and the money arrived, in one transaction.
        Paid = "paid",
        /// The chain said no: the units stay and the money waits.
        Refused = "refused",
        /// No unit of it was due or drawn.
        Nil = "nil",
        /// Called off before it was paid.
        Cancelled = "cancelled",
    }
}
