//! Intake of assets: bytes and rows in, typed values or findings out. No I/O beyond the reader given, no clock.

pub mod table;

pub mod invoice;
pub mod invoice_csv;

pub mod fingerprint;

pub mod lease;
pub mod rent_roll;
