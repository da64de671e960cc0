-- How much of a stream is kept, where it says so itself: 0 is all of it.
ALTER TABLE streams ADD COLUMN retain_bytes INTEGER;
ALTER TABLE streams ADD COLUMN retain_age_s INTEGER;
