DROP TABLE entitlements;
DROP TABLE coupons;
DROP TABLE collections;
DROP TABLE breaks;
DROP VIEW ledger_balances;
DROP TABLE ledger_postings;
DROP TABLE ledger_transactions;
