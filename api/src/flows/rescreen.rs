//! After a list has changed, everybody is compared with what changed, and screened anew when that concerns them.

use super::decide;
use super::screen::{self, Lists, SeenHit};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::Running;
use compliance::screening::{Index, configuration_hash};
use domain::party::InvestorStatus;
use domain::status::CaseCause;
use std::collections::{BTreeMap, HashSet};
use store::investors::Investor;
use store::jobs::Ended;

/// Differences that are kept at once; nearly everybody was last compared with the same versions.
const KEPT_CHANGES: usize = 8;

/// What is new or different in the lists in force since older versions.
struct Change {
    /// Only the entries that are new or changed.
    new: Index,
    /// The entries that stood there otherwise, or stand there no longer: list and id.
    gone: HashSet<(String, String)>,
}

/// The differences by the older versions; none where a version is no longer there.
struct Changes {
    configuration: String,
    since: BTreeMap<String, Option<Change>>,
}

impl Changes {
    /// Finds the differences that a page of investors needs. Ask before a transaction begins: it builds indices.
    fn prepare(&mut self, app: &App, page: &[Investor], lists: &Lists) -> Result<(), AppError> {
        app.ask(|tx| {
            for investor in page {
                let Some(screening) = store::screening::latest(tx, investor.id)? else { continue };
                let base = screening.holds_for();
                if base == lists.versions || self.since.contains_key(base) {
                    continue;
                }
                if self.since.len() >= KEPT_CHANGES {
                    self.since.clear();
                }
                let change = screen::index_of(tx, base).ok().map(|before| Change {
                    new: lists.index.changed_since(&before),
                    gone: lists.index.gone_since(&before),
                });
                self.since.insert(base.to_owned(), change);
            }
            Ok(())
        })
    }
}

/// The job that brings everybody up to the lists in force. Who is there already is passed over, so it may run twice
/// and go on after a crash. Whom the change does not concern keeps the screening they have, which is noted on it.
///
/// # Errors
/// When the database fails or the lease is lost.
pub fn rescreen(running: &Running<'_>) -> Result<Ended, AppError> {
    let app = running.app;
    let Some(lists) = screen::in_force(&app.store)? else { return Ok(Ended::Done) };
    let mut total = 0;
    for status in InvestorStatus::ALL {
        total += app.ask(|tx| Ok(store::investors::count(tx, *status)?))?;
    }
    let mut changes = Changes { configuration: configuration_hash(), since: BTreeMap::new() };
    let (mut done, mut after) = (0, None);
    loop {
        let page = app.ask(|tx| Ok(store::investors::page(tx, None, after, store::MAX_PAGE)?))?;
        let Some(last) = page.last() else { return Ok(Ended::Done) };
        after = Some(last.id);
        changes.prepare(app, &page, &lists)?;
        app.execute(&Command::from_system(), &(), |act| {
            page.iter().try_for_each(|investor| rescreen_one(app, act, investor, (&lists, &changes)))
        })?;
        done += i64::try_from(page.len()).map_err(AppError::internal)?;
        running.progress(done, total.max(done))?;
    }
}

fn rescreen_one(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    (lists, changes): (&Lists, &Changes),
) -> Result<(), AppError> {
    let before = screen::latest(app, act.tx, investor)?;
    if let Some((screening, known)) = &before {
        if screening.holds_for() == lists.versions {
            return Ok(());
        }
        let same_configuration = screening.configuration_hash == changes.configuration;
        let change = changes.since.get(screening.holds_for()).and_then(Option::as_ref);
        if let Some(change) = change.filter(|_| same_configuration)
            && !concerns(app, act, investor, (change, known))?
        {
            return Ok(store::screening::carry(act.tx, screening.id, &lists.versions)?);
        }
    }
    let hits = screen::screen(app, act, investor, Some(lists))?;
    let known = before.map(|(_, hits)| hits).unwrap_or_default();
    let is_new = |hit: &SeenHit| !known.iter().any(|it| (&it.list, &it.entry) == (&hit.list, &hit.entry));
    match investor.status {
        InvestorStatus::Applied => decide::open_when_complete(act, investor),
        InvestorStatus::Approved | InvestorStatus::Frozen if hits.iter().any(is_new) => {
            decide::open(act, investor, CaseCause::Screening)
        }
        _ => Ok(()),
    }
}

/// Whether a change adds a hit of somebody or takes one away.
fn concerns(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    (change, known): (&Change, &[SeenHit]),
) -> Result<bool, AppError> {
    if known.iter().any(|hit| change.gone.contains(&(hit.list.clone(), hit.entry.clone()))) {
        return Ok(true);
    }
    let Some((_, query)) = screen::asked(app, act.tx, investor)? else { return Ok(false) };
    if !change.new.screen(&query).is_empty() {
        return Ok(true);
    }
    let wallets = store::investors::wallets_of(act.tx, investor.id)?;
    let listed =
        |wallet: &store::investors::Wallet| !change.new.screen_wallet(&wallet.address.to_string()).is_empty();
    Ok(wallets.iter().any(listed))
}
