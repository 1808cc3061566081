-- A call whose nonce is spent stays on record, and another one carries its cause under a nonce of its own.
CREATE TABLE chain_replacements (
    call_id TEXT NOT NULL PRIMARY KEY REFERENCES chain_calls (id),
    replaced_by TEXT NOT NULL UNIQUE REFERENCES chain_calls (id)
);
