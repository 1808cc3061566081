-- Whose keys we hold: a key is derived from the master secret by its purpose and is stored nowhere.
CREATE TABLE signers (
    address TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL UNIQUE,
    next_nonce BIGINT
);

-- The outbox: a row is written in the transaction of its cause, once per operation key.
CREATE TABLE chain_calls (
    id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL UNIQUE,
    operation_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    signer TEXT NOT NULL,
    to_address TEXT,
    data BYTEA NOT NULL,
    value_wei TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued', 'submitted', 'mined', 'final', 'refused')),
    nonce BIGINT,
    block BIGINT,
    block_hash TEXT,
    contract_address TEXT,
    gas_used BIGINT,
    refusal TEXT,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (signer, nonce)
);
CREATE INDEX chain_calls_by_status ON chain_calls (status, position);
CREATE INDEX chain_calls_by_subject ON chain_calls (subject, position);

-- The signed bytes of a call, stored before they are sent; a fee bump adds a row under the same nonce.
CREATE TABLE chain_submissions (
    hash TEXT NOT NULL PRIMARY KEY,
    call_id TEXT NOT NULL REFERENCES chain_calls (id),
    attempt BIGINT NOT NULL,
    raw BYTEA NOT NULL,
    gas BIGINT NOT NULL,
    max_fee_per_gas TEXT NOT NULL,
    max_priority_fee_per_gas TEXT NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    UNIQUE (call_id, attempt)
);

-- The blocks whose events are in the projections, so that a reorganisation is seen and rolled back.
CREATE TABLE chain_blocks (
    number BIGINT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);

-- Contracts whose events are read.
CREATE TABLE chain_contracts (
    address TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    from_block BIGINT NOT NULL
);

CREATE TABLE chain_events (
    block BIGINT NOT NULL REFERENCES chain_blocks (number),
    log_index BIGINT NOT NULL,
    transaction_hash TEXT NOT NULL,
    emitter TEXT NOT NULL,
    kind TEXT NOT NULL,
    wallet TEXT,
    payload TEXT NOT NULL,
    PRIMARY KEY (block, log_index)
);
CREATE INDEX chain_events_by_emitter ON chain_events (emitter, kind, wallet, block);
CREATE INDEX chain_events_by_transaction ON chain_events (transaction_hash);
