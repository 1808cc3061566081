-- What one officer ordered and another one has to confirm. What it asks for stands as JSON; it is judged again then.
CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('recovery', 'hold', 'hold-execution')),
    subject TEXT NOT NULL,
    asked TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('awaiting', 'confirmed', 'rejected', 'withdrawn', 'expired')),
    requested_by TEXT REFERENCES users (id),
    decided_by TEXT REFERENCES users (id),
    decided_at TIMESTAMP,
    reason TEXT,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    CHECK (status NOT IN ('confirmed', 'rejected') OR decided_by IS NOT NULL),
    CHECK (status NOT IN ('confirmed', 'rejected') OR requested_by IS NULL OR decided_by <> requested_by)
);
CREATE INDEX orders_by_status ON orders (status, id);
CREATE UNIQUE INDEX orders_awaiting ON orders (subject) WHERE status = 'awaiting';
