DROP TABLE duties;
DROP TABLE schedules;
DROP TABLE jobs;
