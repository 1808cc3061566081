DROP TABLE chain_replacements;
