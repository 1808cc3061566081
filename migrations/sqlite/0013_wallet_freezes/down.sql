DROP TABLE wallet_freezes;
