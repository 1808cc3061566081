//! A job is claimed by one process at a time, and no process takes it from another.

use crate::harness::{id, on_both, second};
use chrono::{DateTime, Utc};
use domain::ids::JobId;
use domain::status::JobStatus;
use muniment_store::Store;
use muniment_store::jobs::{self, Claim, Ended, Job, NewJob};
use std::collections::BTreeSet;

/// Seconds of a lease in these tests.
const LEASE: i64 = 60;

fn enqueue(store: &Store, number: u32, run_at: DateTime<Utc>) -> bool {
    let (id, run_key) = (id(number).parse().unwrap(), format!("coupon.pay:{number}"));
    let new = NewJob { id, kind: "coupon.pay", subject: "coupon", run_key: &run_key, run_at };
    store.write(|tx| jobs::enqueue(tx, new, second(0))).unwrap()
}

fn claim(store: &Store, owner: &str, now: i64) -> Option<Job> {
    let (now, lease_until) = (second(now), second(now + LEASE));
    store.write(|tx| jobs::claim(tx, Claim { owner, now, wall_now: now, lease_until })).unwrap()
}

fn end(store: &Store, job: &Job, ended: Ended) -> bool {
    store.write(|tx| jobs::end(tx, job, ended.clone(), second(5))).unwrap()
}

fn stored(store: &Store, id: JobId) -> Job {
    let jobs = store.read(|tx| jobs::page(tx, None, 200)).unwrap();
    jobs.into_iter().find(|job| job.id == id).unwrap()
}

#[test]
fn a_run_key_is_enqueued_once() {
    on_both(|database| {
        let store = &database.store;
        assert!(enqueue(store, 1, second(0)));
        let again = NewJob {
            id: id(2).parse().unwrap(),
            kind: "coupon.pay",
            subject: "coupon",
            run_key: "coupon.pay:1",
            run_at: second(0),
        };
        assert!(!store.write(|tx| jobs::enqueue(tx, again, second(0))).unwrap());
        assert_eq!(store.read(|tx| jobs::count(tx, JobStatus::Ready)).unwrap(), 1);
    });
}

#[test]
fn schedulers_that_race_enqueue_a_run_once() {
    on_both(|database| {
        let store = &database.store;
        let enqueue = |number: u32| {
            let id = id(number).parse().unwrap();
            let new = NewJob { id, kind: "k", subject: "s", run_key: "k:2026-01-01", run_at: second(0) };
            store.write(|tx| jobs::enqueue(tx, new, second(0))).unwrap()
        };
        let new: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|number| scope.spawn(move || enqueue(number))).collect();
            threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
        });
        assert_eq!(new, 1);
    });
}

#[test]
fn jobs_are_claimed_when_due_the_longest_due_first() {
    on_both(|database| {
        let store = &database.store;
        for (number, run_at) in [(1, 30), (2, 10), (3, 20), (4, 99)] {
            assert!(enqueue(store, number, second(run_at)));
        }
        assert_eq!(store.read(jobs::next_due).unwrap(), Some(second(10)));
        assert!(claim(store, "a", 9).is_none());
        let order: Vec<String> = (0..3).map(|_| claim(store, "a", 30).unwrap().id.to_string()).collect();
        assert_eq!(order, [id(2), id(3), id(1)]);
        assert!(claim(store, "a", 30).is_none());
        assert_eq!(store.read(jobs::next_due).unwrap(), Some(second(99)));
    });
}

#[test]
fn eight_threads_claim_each_job_once() {
    const JOBS: u32 = 40;
    on_both(|database| {
        let store = &database.store;
        (1..=JOBS).for_each(|number| assert!(enqueue(store, number, second(0))));
        let claimed: Vec<JobId> = std::thread::scope(|scope| {
            let work = |owner: usize| {
                let owner = owner.to_string();
                std::iter::from_fn(|| claim(store, &owner, 1)).map(|job| job.id).collect::<Vec<_>>()
            };
            let threads: Vec<_> = (0..8).map(|owner| scope.spawn(move || work(owner))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(claimed.len(), JOBS as usize);
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), JOBS as usize);
    });
}

#[test]
fn a_lease_that_ended_hands_the_job_over() {
    on_both(|database| {
        let store = &database.store;
        enqueue(store, 1, second(0));
        let first = claim(store, "a", 0).unwrap();
        assert_eq!((first.status, first.attempts), (JobStatus::Running, 1));
        assert_eq!(first.lease_owner.as_deref(), Some("a"));
        assert!(claim(store, "b", LEASE).is_none(), "the lease still holds at its last moment");
        let second_claim = claim(store, "b", LEASE + 1).unwrap();
        assert_eq!((second_claim.id, second_claim.attempts), (first.id, 2));
        assert_eq!(stored(store, first.id).lease_owner.as_deref(), Some("b"));
    });
}

#[test]
fn the_business_clock_ends_no_lease() {
    on_both(|database| {
        let store = &database.store;
        enqueue(store, 1, second(0));
        claim(store, "a", 0).unwrap();
        let (a_year_on, wall_now) = (second(31_536_000), second(1));
        let other = Claim { owner: "b", now: a_year_on, wall_now, lease_until: second(1 + LEASE) };
        assert!(store.write(|tx| jobs::claim(tx, other)).unwrap().is_none());
    });
}

#[test]
fn progress_keeps_the_lease_of_its_owner_only() {
    on_both(|database| {
        let store = &database.store;
        enqueue(store, 1, second(0));
        let job = claim(store, "a", 0).unwrap();
        let progress = |owner: &str, done| {
            store.write(|tx| jobs::progress(tx, (job.id, owner), (done, 10), second(500))).unwrap()
        };
        assert!(progress("a", 3));
        assert!(!progress("b", 9));
        let kept = stored(store, job.id);
        assert_eq!((kept.progress_done, kept.progress_total), (3, 10));
        assert!(claim(store, "b", 500).is_none(), "the lease was prolonged");
        assert!(claim(store, "b", 501).is_some());
        assert!(!progress("a", 4), "the lease is somebody else's by now");
    });
}

#[test]
fn who_lost_the_lease_ends_nothing() {
    on_both(|database| {
        let store = &database.store;
        enqueue(store, 1, second(0));
        let slow = claim(store, "a", 0).unwrap();
        let fresh = claim(store, "b", LEASE + 1).unwrap();
        assert!(!end(store, &slow, Ended::Done));
        assert!(!end(store, &slow, Ended::Failed { error: "too late".to_owned() }));
        let running = stored(store, fresh.id);
        assert_eq!((running.status, running.lease_owner.as_deref()), (JobStatus::Running, Some("b")));
        assert!(end(store, &fresh, Ended::Done));
        assert!(!end(store, &fresh, Ended::Failed { error: "twice".to_owned() }));
        assert_eq!(stored(store, fresh.id).status, JobStatus::Done);
    });
}

#[test]
fn a_process_that_lost_its_lease_to_itself_ends_nothing_either() {
    on_both(|database| {
        let store = &database.store;
        enqueue(store, 1, second(0));
        let slow = claim(store, "a", 0).unwrap();
        let fresh = claim(store, "a", LEASE + 1).unwrap();
        assert!(!end(store, &slow, Ended::Done));
        assert!(end(store, &fresh, Ended::Done));
    });
}

#[test]
fn an_attempt_ends_in_one_of_four_ways() {
    let error = || "no answer".to_owned();
    let cases = [
        (Ended::Done, JobStatus::Done, 1, second(0), None),
        (Ended::Again(second(70)), JobStatus::Ready, 0, second(70), None),
        (Ended::Retry { error: error(), run_at: second(80) }, JobStatus::Ready, 1, second(80), Some(error())),
        (Ended::Failed { error: error() }, JobStatus::Failed, 1, second(0), Some(error())),
    ];
    on_both(|database| {
        let store = &database.store;
        for (number, (ended, status, attempts, run_at, last_error)) in (1..).zip(cases.clone()) {
            enqueue(store, number, second(0));
            let job = claim(store, "a", 0).unwrap();
            assert!(end(store, &job, ended));
            let after = stored(store, job.id);
            assert_eq!((after.status, after.attempts, after.last_error), (status, attempts, last_error));
            assert_eq!(after.run_at.and_utc(), run_at);
            assert_eq!((after.lease_owner, after.lease_until), (None, None));
        }
    });
}

#[test]
fn only_a_failed_job_starts_again() {
    on_both(|database| {
        let store = &database.store;
        enqueue(store, 1, second(0));
        let restart = |id| store.write(|tx| jobs::restart(tx, id, second(7))).unwrap();
        let job = claim(store, "a", 0).unwrap();
        assert!(!restart(job.id));
        assert!(end(store, &job, Ended::Failed { error: "no answer".to_owned() }));
        assert!(restart(job.id));
        assert!(!restart(job.id));
        let after = stored(store, job.id);
        assert_eq!((after.status, after.attempts, after.run_at.and_utc()), (JobStatus::Ready, 0, second(7)));
        assert_eq!(claim(store, "b", 7).unwrap().attempts, 1);
    });
}

#[test]
fn a_listing_goes_from_the_newest_and_on_from_a_cursor() {
    on_both(|database| {
        let store = &database.store;
        (1..=5).for_each(|number| assert!(enqueue(store, number, second(0))));
        let page = |before, most| -> Vec<String> {
            let page = store.read(|tx| jobs::page(tx, before, most)).unwrap();
            page.iter().map(|job| job.id.to_string()).collect()
        };
        assert_eq!(page(None, 2), [id(5), id(4)]);
        assert_eq!(page(Some(id(4).parse().unwrap()), 9), [id(3), id(2), id(1)]);
        assert_eq!(page(None, 0).len(), 1, "a page has one row at least");
        let latest = store.read(|tx| jobs::latest_for(tx, "coupon")).unwrap();
        assert_eq!(latest.unwrap().id.to_string(), id(5));
    });
}

#[test]
fn a_schedule_keeps_its_last_due_time_when_its_expression_changes() {
    on_both(|database| {
        let schedules = database
            .store
            .write(|tx| {
                jobs::set_schedule(tx, "reconcile", "0 0 * * * *", second(0))?;
                jobs::scheduled_up_to(tx, "reconcile", second(3600))?;
                jobs::set_schedule(tx, "reconcile", "0 30 * * * *", second(9999))?;
                jobs::schedules(tx)
            })
            .unwrap();
        assert_eq!(schedules.len(), 1);
        assert_eq!(schedules[0].cron, "0 30 * * * *");
        assert_eq!(schedules[0].last_due.and_utc(), second(3600));
    });
}
