//! Sanctions lists are put in force, people are compared with them, and again when a list changes.

pub use super::list_format::ListFormat;
use super::personal::{self, PersonKey};
use crate::app::{Act, App, Command};
use crate::error::AppError;
use crate::jobs::kinds;
use compliance::screening::lists::{self, List, ListError, OfacFiles};
use compliance::screening::{Index, Kind, Query};
use domain::party::{InvestorClass, Role};
use domain::{Invalid, text};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use store::investors::Investor;
use store::jobs::NewJob;
use store::screening::{ListVersion, NewList, Screening};
use store::{Store, Tx};
use utoipa::ToSchema;

/// The most characters of a list's name and version.
const MAX_WORD: usize = 60;
/// Indices in memory: the one in force, and the one before while requests that hold it end.
const KEPT_INDICES: usize = 2;

/// A list as it comes in: its files by name.
#[derive(Debug, Clone)]
pub struct ListFiles {
    /// What the list is called in hits.
    pub name: String,
    /// How it is written.
    pub format: ListFormat,
    /// The version its publisher gives; the day of loading when nothing is said and the files say nothing.
    pub version: Option<String>,
    /// Name and content of each file. OFAC's are told apart by their names.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A list that was put in force.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LoadedList {
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its files.
    pub sha256: String,
    /// How many entries it has.
    pub entries: i64,
    /// Whether it took the place of another version; `false` when the very same files are in force already.
    pub changed: bool,
    /// What else its publisher gives and was not among the files.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// An entry that may be the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeenHit {
    /// The list.
    pub list: String,
    /// The entry's id within it.
    pub entry: String,
    /// The listed name that came closest.
    pub name: String,
    /// From the threshold to 1,000.
    pub score: i32,
    /// How the score came to be: tokens that stand for one another, measures, qualifiers.
    pub why: serde_json::Value,
}

/// Reads the files of a list.
///
/// # Errors
/// What is wrong with the name or the files; nothing of a list with holes is used.
pub fn read_list(from: &ListFiles, today: &str) -> Result<List, AppError> {
    let name = text::bounded("list", &from.name, MAX_WORD)?;
    let version = text::optional("version", from.version.as_deref(), MAX_WORD)?;
    let version = version.unwrap_or_else(|| today.to_owned());
    let wrong = |error: ListError| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        Invalid::new("file", "", format!("{error}{}", cause.unwrap_or_default()))
    };
    let read = match from.format {
        ListFormat::OfacSdn => {
            let part = |ends: &[&str]| {
                let is_it = |name: &str| ends.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
                from.files.iter().find(|(name, _)| is_it(name)).map(|(_, content)| content.as_slice())
            };
            let primary = part(&["sdn.csv", "cons_prim.csv"]);
            let only = from.files.first().filter(|_| from.files.len() == 1).map(|(_, file)| file.as_slice());
            let primary = primary.or(only);
            let primary = primary.ok_or_else(|| Invalid::new("file", "", "sdn.csv or cons_prim.csv"))?;
            let files = OfacFiles {
                primary,
                alternates: part(&["alt.csv"]).unwrap_or_default(),
                addresses: part(&["add.csv"]).unwrap_or_default(),
                comments: part(&["comments.csv"]).unwrap_or_default(),
            };
            lists::parse_ofac(&name, &version, files)
        }
        ListFormat::UnXml => lists::parse_un(&name, only_file(from)?),
        ListFormat::EuXml => lists::parse_eu(&name, only_file(from)?),
        ListFormat::UkXml => lists::parse_uk_xml(&name, only_file(from)?),
        ListFormat::UkCsv => lists::parse_uk_csv(&name, only_file(from)?),
        ListFormat::Csv => lists::parse_operator(&name, &version, only_file(from)?),
    };
    Ok(read.map_err(wrong)?)
}

fn only_file(from: &ListFiles) -> Result<&[u8], Invalid> {
    match from.files.as_slice() {
        [(_, content)] => Ok(content),
        files => Err(Invalid::new("file", files.len(), "one file")),
    }
}

/// Puts a list in force and lets everybody be screened again.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but the officer and the operator; [`AppError::Invalid`] for what cannot be read.
pub fn load_list(app: &App, command: &Command, from: &ListFiles) -> Result<LoadedList, AppError> {
    command.by.must_be(&[Role::Compliance, Role::Operator])?;
    let list = read_list(from, &app.clock.now().date_naive().to_string())?;
    app.execute(command, &(&list.name, &list.sha256), |act| {
        let loaded = put_in_force(act, &list, from.format)?;
        Ok(LoadedList { warnings: absent_parts(from), ..loaded })
    })
}

/// The parts of OFAC's list that are not among the files, and what is not found without them.
#[must_use]
pub fn absent_parts(from: &ListFiles) -> Vec<String> {
    let parts =
        [("alt.csv", "aliases"), ("add.csv", "addresses"), ("comments.csv", "dates of birth and wallets")];
    let is_absent = |end: &str| !from.files.iter().any(|(name, _)| name.to_ascii_lowercase().ends_with(end));
    let absent = parts.into_iter().filter(|(end, _)| from.format == ListFormat::OfacSdn && is_absent(end));
    absent.map(|(end, what)| format!("{end} is absent: the list may lack {what}")).collect()
}

/// Puts a list in the place of its version before, in one step, with the job that screens everybody again.
///
/// # Errors
/// When the database fails.
pub fn put_in_force(act: &mut Act<'_, '_>, list: &List, format: ListFormat) -> Result<LoadedList, AppError> {
    let List { name, version, sha256, entries } = list;
    let (name, version, sha256) = (name.clone(), version.clone(), sha256.clone());
    let entries = i64::try_from(entries.len()).map_err(AppError::internal)?;
    let new = NewList {
        name: name.clone(),
        sha256: sha256.clone(),
        version: version.clone(),
        format: format.as_str().to_owned(),
        entries,
        content: serde_json::to_vec(list).map_err(AppError::internal)?,
        loaded_at: store::screening::at(act.now),
    };
    let changed = store::screening::put_in_force(act.tx, new)?;
    if changed {
        let detail = serde_json::json!({ "version": version, "sha256": sha256, "entries": entries });
        act.audit("sanctions_list.loaded", &name, &detail)?;
        let run_key = format!("{}/{sha256}/{}", kinds::RESCREEN, act.now.timestamp_micros());
        let (id, kind) = (act.id(), kinds::RESCREEN);
        let job = NewJob { id, kind, subject: &name, run_key: &run_key, run_at: act.now };
        store::jobs::enqueue(act.tx, job, act.now)?;
    }
    Ok(LoadedList { name, version, sha256, entries, changed, warnings: Vec::new() })
}

/// The lists in force.
///
/// # Errors
/// [`AppError::Forbidden`] for investors and issuers.
pub fn lists_in_force(app: &App, command: &Command) -> Result<Vec<ListVersion>, AppError> {
    command.by.must_be(&[Role::Compliance, Role::Operator, Role::Regulator])?;
    app.ask(|tx| Ok(store::screening::lists_in_force(tx)?))
}

/// The lists in force, ready for search.
#[derive(Clone)]
pub struct Lists {
    /// The lists with their versions, as the record of a screening keeps them.
    pub versions: String,
    /// What is searched.
    pub index: Arc<Index>,
}

/// The newest indices of this process by the lists in them: building one takes a second, and lists change daily.
static INDICES: Mutex<Vec<Lists>> = Mutex::new(Vec::new());

/// The lists in force, ready for search; none when no list was loaded. Ask before a transaction begins: building
/// an index takes longer than a writer should wait.
///
/// # Errors
/// When the database fails.
pub fn in_force(store: &Store) -> Result<Option<Lists>, AppError> {
    let lists = store.read(|tx| Ok::<_, AppError>(store::screening::lists_in_force(tx)?))?;
    if lists.is_empty() {
        return Ok(None);
    }
    let versions = versions(&lists)?;
    let kept = INDICES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = kept.iter().find(|kept| kept.versions == versions) {
        return Ok(Some(found.clone()));
    }
    drop(kept);
    let index = store.read(|tx| index_of(tx, &versions))?;
    let built = Lists { versions, index: Arc::new(index) };
    let mut kept = INDICES.lock().unwrap_or_else(PoisonError::into_inner);
    kept.insert(0, built.clone());
    kept.truncate(KEPT_INDICES);
    Ok(Some(built))
}

/// The index of the lists in these versions, as the record of a screening names them: every version is kept.
///
/// # Errors
/// When the database fails or a version is not there.
pub(super) fn index_of(tx: &mut Tx<'_>, versions: &str) -> Result<Index, AppError> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
        sha256: String,
    }
    let named: Vec<Named> = serde_json::from_str(versions).map_err(AppError::internal)?;
    let read_one = |list: Named| -> Result<List, AppError> {
        let content = store::screening::content(tx, &list.name, &list.sha256)?;
        serde_json::from_slice(&content).map_err(AppError::internal)
    };
    Ok(Index::build(named.into_iter().map(read_one).collect::<Result<_, _>>()?))
}

fn versions(lists: &[ListVersion]) -> Result<String, AppError> {
    let version = |list: &ListVersion| serde_json::json!({ "name": list.name, "version": list.version, "sha256": list.sha256 });
    serde_json::to_string(&lists.iter().map(version).collect::<Vec<_>>()).map_err(AppError::internal)
}

/// Compares an investor's name and wallets with the lists and keeps what was found; returns the hits. Nothing is
/// kept when no list is in force, or when the person's data was erased.
///
/// # Errors
/// When the database fails.
pub(super) fn screen(
    app: &App,
    act: &mut Act<'_, '_>,
    investor: &Investor,
    lists: Option<&Lists>,
) -> Result<Vec<SeenHit>, AppError> {
    let Some(lists) = lists else { return Ok(Vec::new()) };
    let Some((key, query)) = asked(app, act.tx, investor)? else { return Ok(Vec::new()) };
    let mut record = lists.index.record(query);
    for wallet in store::investors::wallets_of(act.tx, investor.id)? {
        record.hits.extend(lists.index.screen_wallet(&wallet.address.to_string()));
    }
    let sealed_record = key.seal(app, &record)?;
    let hits = seen(&key, &sealed_record)?;
    let screening = Screening {
        id: act.id(),
        investor_id: investor.id,
        list_versions: lists.versions.clone(),
        configuration_hash: record.configuration,
        hit_count: i64::try_from(hits.len()).map_err(AppError::internal)?,
        sealed_record,
        screened_at: store::screening::at(act.now),
        carried_to: None,
    };
    let detail = serde_json::json!({ "screening": screening.id, "hits": screening.hit_count });
    store::screening::add(act.tx, screening)?;
    act.audit("investor.screened", investor.id, &detail)?;
    Ok(hits)
}

/// Whom the lists are asked about, with the key of the person; none after the erasure.
pub(super) fn asked(
    app: &App,
    tx: &mut Tx<'_>,
    investor: &Investor,
) -> Result<Option<(PersonKey, Query)>, AppError> {
    let Some((key, person)) = personal::of_investor(app, tx, investor.id)? else { return Ok(None) };
    let institution = investor.investor_class == InvestorClass::Institutional;
    let query = Query {
        name: person.legal_name,
        dob: if institution { None } else { person.date_of_birth.to_string().parse().ok() },
        country: Some(investor.country),
        // Nobody is asked for it here.
        gender: None,
        kind: Some(if institution { Kind::Organization } else { Kind::Person }),
    };
    Ok(Some((key, query)))
}

/// What a sealed record of a screening found.
fn seen(key: &PersonKey, sealed: &[u8]) -> Result<Vec<SeenHit>, AppError> {
    #[derive(Deserialize)]
    struct Found {
        hits: Vec<SeenHit>,
    }
    key.open::<Found>(sealed).map(|found| found.hits)
}

/// The newest screening of an investor with its hits; the hits are gone with the person's key.
///
/// # Errors
/// When the database fails.
pub(super) fn latest(
    app: &App,
    tx: &mut Tx<'_>,
    investor: &Investor,
) -> Result<Option<(Screening, Vec<SeenHit>)>, AppError> {
    let Some(screening) = store::screening::latest(tx, investor.id)? else { return Ok(None) };
    let key = personal::key(&app.secrets, tx, investor.id)?;
    let hits = key.map(|key| seen(&key, &screening.sealed_record)).transpose()?.unwrap_or_default();
    Ok(Some((screening, hits)))
}
