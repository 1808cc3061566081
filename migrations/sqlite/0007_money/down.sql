DROP TABLE entitlements;
DROP TABLE coupons;
DROP TABLE collections;
DROP TABLE ledger_postings;
DROP TABLE ledger_transactions;
