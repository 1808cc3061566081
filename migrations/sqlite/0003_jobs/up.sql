-- Work that survives a crash: claimed with a lease, repeated without harm.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    run_key TEXT NOT NULL UNIQUE,
    run_at TIMESTAMP NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ready', 'running', 'done', 'failed')),
    attempts BIGINT NOT NULL,
    progress_done BIGINT NOT NULL,
    progress_total BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX jobs_by_status ON jobs (status, run_at);
CREATE INDEX jobs_by_subject ON jobs (subject);

-- A schedule in cron's words; each due time becomes one job under a unique run key.
CREATE TABLE schedules (
    kind TEXT NOT NULL PRIMARY KEY,
    cron TEXT NOT NULL,
    last_due TIMESTAMP NOT NULL
);

-- Who does the work that only one process may do at a time. Leases end by the wall clock.
CREATE TABLE duties (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    until TIMESTAMP NOT NULL
);
