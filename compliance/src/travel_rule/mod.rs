//! Travel rule payloads of the interVASP messaging standard: IVMS101 of 2020 and 2023 in, 2023 out, every broken rule
//! at once.

mod check;
mod names;

pub use check::{Finding, check};
pub use names::to_2023;
