DROP TABLE issued_credentials;
DROP TABLE issuing_keys;
