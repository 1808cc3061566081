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
