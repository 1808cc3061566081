DROP TABLE redemption_lines;
DROP TABLE redemptions;
