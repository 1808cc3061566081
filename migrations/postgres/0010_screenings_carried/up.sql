-- The versions of the lists up to which the same outcome was shown by comparing only what had changed.
ALTER TABLE screenings ADD COLUMN carried_to TEXT;
