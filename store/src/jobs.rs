//! Jobs: work that is claimed with a lease, reports progress and may run twice without harm.

use crate::row::{moment, stamp};
use crate::schema::{jobs, schedules};
use crate::{MAX_PAGE, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::ids::JobId;
use domain::status::JobStatus;

/// A piece of work.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs)]
pub struct Job {
    /// Its id.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub id: JobId,
    /// What is to be done, as `coupon.pay`.
    pub kind: String,
    /// The id of the thing it is done to.
    pub subject: String,
    /// Unique: the same run is not enqueued twice.
    pub run_key: String,
    /// Not before this moment of the business clock.
    pub run_at: NaiveDateTime,
    /// Where it stands.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub status: JobStatus,
    /// How often it was claimed.
    pub attempts: i64,
    /// Steps that are done.
    pub progress_done: i64,
    /// Steps in all; 0 while it is not known.
    pub progress_total: i64,
    /// The process that holds the lease.
    pub lease_owner: Option<String>,
    /// When the lease ends, by the wall clock: a test clock must not end leases.
    pub lease_until: Option<NaiveDateTime>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub created_at: NaiveDateTime,
    /// When it last changed.
    pub updated_at: NaiveDateTime,
}

/// Work to be enqueued.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: &'a str,
    /// To which thing.
    pub subject: &'a str,
    /// Unique key of this run.
    pub run_key: &'a str,
    /// Not before this moment.
    pub run_at: DateTime<Utc>,
}

/// Enqueues a job unless its run key stands there already; says whether it is new.
///
/// # Errors
/// When the database fails.
pub fn enqueue(tx: &mut Tx<'_>, new: NewJob<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let known: i64 = jobs::table.filter(jobs::run_key.eq(new.run_key)).count().get_result(tx.conn)?;
    if known > 0 {
        return Ok(false);
    }
    let job = Job {
        id: new.id,
        kind: new.kind.to_owned(),
        subject: new.subject.to_owned(),
        run_key: new.run_key.to_owned(),
        run_at: stamp(new.run_at),
        status: JobStatus::Ready,
        attempts: 0,
        progress_done: 0,
        progress_total: 0,
        lease_owner: None,
        lease_until: None,
        last_error: None,
        created_at: stamp(now),
        updated_at: stamp(now),
    };
    diesel::insert_into(jobs::table).values(job).execute(tx.conn)?;
    Ok(true)
}

/// Who claims a job, when by both clocks, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The process.
    pub owner: &'a str,
    /// Now by the business clock, which decides what is due.
    pub now: DateTime<Utc>,
    /// Now by the wall clock, which decides which leases have ended.
    pub wall_now: DateTime<Utc>,
    /// When the new lease ends, by the wall clock.
    pub lease_until: DateTime<Utc>,
}

/// Claims the job that has been due the longest: one that is ready, or one whose process died.
///
/// # Errors
/// When the database fails.
pub fn claim(tx: &mut Tx<'_>, claim: Claim<'_>) -> Result<Option<Job>, StoreError> {
    let ready = jobs::status.eq(JobStatus::Ready.as_str()).and(jobs::run_at.le(stamp(claim.now)));
    let abandoned = jobs::status
        .eq(JobStatus::Running.as_str())
        .and(jobs::lease_until.lt(stamp(claim.wall_now)).assume_not_null());
    let due: Option<Job> = jobs::table
        .filter(ready.or(abandoned))
        .order((jobs::run_at, jobs::id))
        .select(Job::as_select())
        .first(tx.conn)
        .optional()?;
    let Some(mut job) = due else { return Ok(None) };
    job.status = JobStatus::Running;
    job.attempts += 1;
    job.lease_owner = Some(claim.owner.to_owned());
    job.lease_until = Some(stamp(claim.lease_until));
    diesel::update(jobs::table.find(job.id.to_string()))
        .set((
            jobs::status.eq(JobStatus::Running.as_str()),
            jobs::attempts.eq(job.attempts),
            jobs::lease_owner.eq(claim.owner),
            jobs::lease_until.eq(stamp(claim.lease_until)),
            jobs::updated_at.eq(stamp(claim.now)),
        ))
        .execute(tx.conn)?;
    Ok(Some(job))
}

/// Ends every lease that was taken before now, so that the jobs are claimed again at once: for who knows that no
/// other process lives. `wall_now` is by the wall clock.
///
/// # Errors
/// When the database fails.
pub fn end_leases(tx: &mut Tx<'_>, wall_now: DateTime<Utc>) -> Result<usize, StoreError> {
    let running = jobs::table.filter(jobs::status.eq(JobStatus::Running.as_str()));
    let past = stamp(wall_now - chrono::TimeDelta::seconds(1));
    Ok(diesel::update(running).set(jobs::lease_until.eq(past)).execute(tx.conn)?)
}

/// Reports progress and keeps the lease; `false` when the lease is somebody else's by now.
///
/// # Errors
/// When the database fails.
pub fn progress(
    tx: &mut Tx<'_>,
    (id, owner): (JobId, &str),
    (done, total): (i64, i64),
    lease_until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mine = jobs::table.find(id.to_string()).filter(jobs::lease_owner.eq(owner));
    let changed = diesel::update(mine)
        .set((
            jobs::progress_done.eq(done),
            jobs::progress_total.eq(total),
            jobs::lease_until.eq(stamp(lease_until)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub enum Ended {
    /// The work is done.
    Done,
    /// Nothing went wrong, but it is not finished: look again at this moment. Costs no attempt.
    Again(DateTime<Utc>),
    /// It failed and will be tried again.
    Retry {
        /// Why.
        error: String,
        /// When.
        run_at: DateTime<Utc>,
    },
    /// It failed for the last time.
    Failed {
        /// Why.
        error: String,
    },
}

/// Ends a claimed attempt and gives the lease back; `false`, with nothing changed, when the lease is somebody
/// else's by now or the attempt has ended.
///
/// # Errors
/// When the database fails.
pub fn end(tx: &mut Tx<'_>, job: &Job, ended: Ended, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let (status, attempts, run_at, error) = match ended {
        Ended::Done => (JobStatus::Done, job.attempts, moment(job.run_at), None),
        Ended::Again(run_at) => (JobStatus::Ready, job.attempts - 1, run_at, None),
        Ended::Retry { error, run_at } => (JobStatus::Ready, job.attempts, run_at, Some(error)),
        Ended::Failed { error } => (JobStatus::Failed, job.attempts, moment(job.run_at), Some(error)),
    };
    // The owner alone does not do: a process may lose a lease to itself.
    let mine = jobs::table
        .find(job.id.to_string())
        .filter(jobs::status.eq(JobStatus::Running.as_str()))
        .filter(jobs::attempts.eq(job.attempts))
        .filter(jobs::lease_owner.eq(job.lease_owner.as_deref()));
    let changed = diesel::update(mine)
        .set((
            jobs::status.eq(status.as_str()),
            jobs::attempts.eq(attempts),
            jobs::run_at.eq(stamp(run_at)),
            jobs::last_error.eq(error),
            jobs::lease_owner.eq(None::<String>),
            jobs::lease_until.eq(None::<NaiveDateTime>),
            jobs::updated_at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Starts a failed job again; `false` when it has not failed.
///
/// # Errors
/// When the database fails.
pub fn restart(tx: &mut Tx<'_>, id: JobId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let failed = jobs::table.find(id.to_string()).filter(jobs::status.eq(JobStatus::Failed.as_str()));
    let changed = diesel::update(failed)
        .set((
            jobs::status.eq(JobStatus::Ready.as_str()),
            jobs::attempts.eq(0),
            jobs::run_at.eq(stamp(now)),
            jobs::updated_at.eq(stamp(now)),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// The newest jobs first, after a cursor.
///
/// # Errors
/// When the database fails.
pub fn page(tx: &mut Tx<'_>, before: Option<JobId>, most: i64) -> Result<Vec<Job>, StoreError> {
    let mut query = jobs::table
        .order(jobs::id.desc())
        .limit(most.clamp(1, MAX_PAGE))
        .select(Job::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(jobs::id.lt(before.to_string()));
    }
    Ok(query.load(tx.conn)?)
}

/// The newest job about a thing.
///
/// # Errors
/// When the database fails.
pub fn latest_for(tx: &mut Tx<'_>, subject: &str) -> Result<Option<Job>, StoreError> {
    Ok(jobs::table
        .filter(jobs::subject.eq(subject))
        .order(jobs::id.desc())
        .select(Job::as_select())
        .first(tx.conn)
        .optional()?)
}

/// How many jobs stand in a status.
///
/// # Errors
/// When the database fails.
pub fn count(tx: &mut Tx<'_>, status: JobStatus) -> Result<i64, StoreError> {
    Ok(jobs::table.filter(jobs::status.eq(status.as_str())).count().get_result(tx.conn)?)
}

/// The moment of the next job that is ready, if any.
///
/// # Errors
/// When the database fails.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let next: Option<NaiveDateTime> = jobs::table
        .filter(jobs::status.eq(JobStatus::Ready.as_str()))
        .select(diesel::dsl::min(jobs::run_at))
        .first(tx.conn)?;
    Ok(next.map(moment))
}

/// A schedule: one job of its kind for each due time.
#[derive(Debug, Clone, Queryable)]
pub struct Schedule {
    /// The kind of job.
    pub kind: String,
    /// A cron expression, seconds first.
    pub cron: String,
    /// The last due time that became a job.
    pub last_due: NaiveDateTime,
}

/// All schedules.
///
/// # Errors
/// When the database fails.
pub fn schedules(tx: &mut Tx<'_>) -> Result<Vec<Schedule>, StoreError> {
    let columns = (schedules::kind, schedules::cron, schedules::last_due);
    Ok(schedules::table.order(schedules::kind).select(columns).load(tx.conn)?)
}

/// Adds a schedule that counts from `now`, or changes the expression of the one that stands there.
///
/// # Errors
/// When the database fails.
pub fn set_schedule(tx: &mut Tx<'_>, kind: &str, cron: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let changed =
        diesel::update(schedules::table.find(kind)).set(schedules::cron.eq(cron)).execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(schedules::table)
            .values((schedules::kind.eq(kind), schedules::cron.eq(cron), schedules::last_due.eq(stamp(now))))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Notes that everything up to a due time has become jobs.
///
/// # Errors
/// When the database fails.
pub fn scheduled_up_to(tx: &mut Tx<'_>, kind: &str, due: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(schedules::table.find(kind)).set(schedules::last_due.eq(stamp(due))).execute(tx.conn)?;
    Ok(())
}
