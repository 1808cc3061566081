DROP TABLE partition_totals;
DROP TABLE holdings;
DROP TABLE movements;
DROP TABLE transfers;
DROP TABLE subscriptions;
DROP TABLE allocations;
