DROP TABLE settings;
DROP TABLE audit_log;
DROP TABLE idempotency_keys;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE issuers;
