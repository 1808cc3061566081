-- Who may hold: people, wallets, credentials, screenings, decisions.
CREATE TABLE investors (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id),
    identity_number BIGINT NOT NULL UNIQUE,
    investor_class TEXT NOT NULL CHECK (investor_class IN ('retail', 'professional', 'accredited', 'institutional')),
    country TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('applied', 'approved', 'rejected', 'frozen')),
    valid_until TIMESTAMP,
    did TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX investors_by_status ON investors (status, id);
CREATE INDEX investors_by_valid_until ON investors (valid_until);

-- What is personal is sealed under a key of its own; destroying the key is the erasure.
CREATE TABLE personal_data (
    investor_id TEXT NOT NULL PRIMARY KEY REFERENCES investors (id),
    sealed BYTEA NOT NULL,
    sealed_key BYTEA,
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

CREATE TABLE presentation_nonces (
    nonce TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    audience TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);

CREATE TABLE presentations (
    id TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    accepted BOOLEAN NOT NULL,
    reasons TEXT NOT NULL,
    valid_until TIMESTAMP,
    presented_at TIMESTAMP NOT NULL
);
CREATE INDEX presentations_by_investor ON presentations (investor_id, presented_at);

CREATE TABLE sanctions_lists (
    name TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    format TEXT NOT NULL,
    entries BIGINT NOT NULL,
    content BYTEA NOT NULL,
    loaded_at TIMESTAMP NOT NULL
);

CREATE TABLE screenings (
    id TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    list_versions TEXT NOT NULL,
    configuration_hash TEXT NOT NULL,
    hits TEXT NOT NULL,
    screened_at TIMESTAMP NOT NULL
);
CREATE INDEX screenings_by_investor ON screenings (investor_id, screened_at);

CREATE TABLE cases (
    id TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    status TEXT NOT NULL CHECK (status IN ('open', 'approved', 'rejected')),
    opened_because TEXT NOT NULL,
    decided_by TEXT REFERENCES users (id),
    decided_at TIMESTAMP,
    reason TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX cases_by_status ON cases (status, id);
CREATE INDEX cases_by_investor ON cases (investor_id);
