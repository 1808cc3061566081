DROP TABLE chain_events;
DROP TABLE chain_contracts;
DROP TABLE chain_blocks;
DROP TABLE chain_submissions;
DROP TABLE chain_calls;
DROP TABLE signers;
