DROP TABLE cases;
DROP TABLE screenings;
DROP TABLE sanctions_lists;
DROP TABLE presentations;
DROP TABLE presentation_nonces;
DROP TABLE wallets;
DROP TABLE personal_data;
DROP TABLE investors;
