-- Who may hold: people, wallets, credentials, screenings, decisions.
CREATE TABLE investors (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id),
    identity_number BIGINT NOT NULL UNIQUE,
    investor_class TEXT NOT NULL CHECK (investor_class IN ('retail', 'professional', 'accredited', 'institutional')),
    country TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('applied', 'approved', 'rejected', 'frozen')),
    valid_until TIMESTAMP,
    did TEXT UNIQUE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX investors_by_status ON investors (status, id);
CREATE INDEX investors_by_valid_until ON investors (valid_until);

-- What is personal is sealed under a key of its own; destroying the key is the erasure.
CREATE TABLE personal_data (
    investor_id TEXT NOT NULL PRIMARY KEY REFERENCES investors (id),
    sealed BLOB NOT NULL,
    sealed_key BLOB,
    erased_at TIMESTAMP
);

CREATE TABLE wallets (
    address TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    managed BOOLEAN NOT NULL,
    registered BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX wallets_by_investor ON wallets (investor_id);

-- What the registry on chain said of an identity, one row an event: the newest word on each matter holds.
CREATE TABLE identity_changes (
    block BIGINT NOT NULL,
    log_index BIGINT NOT NULL,
    identity_number BIGINT NOT NULL,
    wallet TEXT,
    removed BOOLEAN NOT NULL,
    country TEXT,
    investor_class TEXT,
    valid_until TIMESTAMP,
    frozen BOOLEAN,
    PRIMARY KEY (block, log_index)
);
CREATE INDEX identity_changes_by_identity ON identity_changes (identity_number, block, log_index);
CREATE INDEX identity_changes_by_wallet ON identity_changes (wallet);

-- Questions that a key has to answer, each once and soon.
CREATE TABLE challenges (
    nonce TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('presentation', 'wallet')),
    audience TEXT NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX challenges_by_investor ON challenges (investor_id, purpose, issued_at);

CREATE TABLE credential_issuers (
    id TEXT NOT NULL PRIMARY KEY,
    did TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    credential_types TEXT NOT NULL,
    trusted_from TIMESTAMP NOT NULL,
    trusted_until TIMESTAMP
);

-- The claims are sealed under the person's own key, so that they go with it.
CREATE TABLE presentations (
    id TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    accepted BOOLEAN NOT NULL,
    reasons TEXT NOT NULL,
    sealed_claims BLOB,
    valid_until TIMESTAMP,
    presented_at TIMESTAMP NOT NULL
);
CREATE INDEX presentations_by_investor ON presentations (investor_id, presented_at);

-- Every version stays, so that a screening of last year can be done again; the one that is in force has no end.
CREATE TABLE sanctions_lists (
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    version TEXT NOT NULL,
    format TEXT NOT NULL,
    entries BIGINT NOT NULL,
    content BLOB NOT NULL,
    loaded_at TIMESTAMP NOT NULL,
    replaced_at TIMESTAMP,
    PRIMARY KEY (name, sha256)
);

CREATE TABLE screenings (
    id TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    list_versions TEXT NOT NULL,
    configuration_hash TEXT NOT NULL,
    hit_count BIGINT NOT NULL,
    sealed_record BLOB NOT NULL,
    screened_at TIMESTAMP NOT NULL
);
CREATE INDEX screenings_by_investor ON screenings (investor_id, screened_at);

CREATE TABLE cases (
    id TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    status TEXT NOT NULL CHECK (status IN ('open', 'approved', 'rejected')),
    opened_because TEXT NOT NULL CHECK (opened_because IN ('application', 'screening')),
    decided_by TEXT REFERENCES users (id),
    decided_at TIMESTAMP,
    reason TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX cases_by_status ON cases (status, id);
CREATE INDEX cases_by_investor ON cases (investor_id);
