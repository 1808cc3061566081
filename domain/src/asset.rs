//! What stands behind a pool: invoices, and leases of rental units.

crate::status::words! {
    /// What kind of asset a pool holds.
    AssetKind, "asset_kind" {
        /// Invoices that debtors owe.
        Receivables = "receivables",
        /// Rent that tenants owe.
        Rental = "rental",
    }
}

crate::status::words! {
    /// The life of an invoice as an asset.
    InvoiceStatus, "invoice_status" {
        /// Imported, in no pool.
        Available = "available",
        /// In a pool, not yet paid.
        Pledged = "pledged",
        /// The debtor says no; it earns nothing until that is settled.
        Disputed = "disputed",
        /// Past due beyond hope.
        Defaulted = "defaulted",
        /// Paid in full.
        Paid = "paid",
    }
}

crate::status::words! {
    /// What is brought in together.
    ImportKind, "import_kind" {
        /// Invoices, in files of XML and CSV.
        Invoices = "invoices",
        /// The rent roll of one or more properties.
        RentRoll = "rent-roll",
    }
}

crate::status::words! {
    /// Why a row or a file was not taken.
    FindingKind, "finding_kind" {
        /// It was taken before, under the same external id; nothing is wrong with it.
        Repeated = "repeated",
        /// A value is missing or not acceptable.
        Invalid = "invalid",
        /// A rule of EN 16931 is broken.
        Rule = "rule",
        /// The same invoice was brought before, in whatever spelling and by whomever.
        PledgedAlready = "pledged-already",
        /// An invoice that contradicts or replaces one that was brought before.
        Conflict = "conflict",
    }
}

impl InvoiceStatus {
    /// Whether the debtor still owes, as far as anybody says.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Available | Self::Pledged)
    }
}
