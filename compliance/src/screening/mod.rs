//! Names against sanctions lists: an index in memory, integer scores that explain themselves, no service outside.

mod align;
mod distance;
pub mod evaluate;
mod explain;
mod features;
mod fold;
mod index;
pub mod lists;
mod name;
pub mod ndjson;
pub mod pairs;
mod qualify;
mod record;
mod score;
mod search;
mod shelf;
mod terms;
mod words;

pub use explain::{Hit, Measure, TokenPair, Why};
pub use index::{Index, ListVersion};
pub use name::Kind;
pub use qualify::Qualified;
pub use record::{Record, configuration_hash};
pub use score::{FULL, HIT_THRESHOLD, THRESHOLD};
pub use search::{MAX_HITS, MAX_NAME, Query};
pub use shelf::{Loaded, MAX_AGE, Shelf};
