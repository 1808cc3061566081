ALTER TABLE screenings DROP COLUMN carried_to;
