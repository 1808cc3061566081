DROP TABLE wallet_proofs;
