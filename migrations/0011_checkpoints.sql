-- The row of a stream is a checkpoint: a batch that adds one short row to the log leaves it as it is. Then the newest row of the log after
-- its tail has the tail of the stream (`stop`), and what else the batch changed. The columns are NULL in rows of other batches.
ALTER TABLE log ADD COLUMN fence TEXT; -- the batch, in place of streams.fence
ALTER TABLE log ADD COLUMN updated_ms INTEGER; -- in place of the columns of the same names in streams
ALTER TABLE log ADD COLUMN stream_seq TEXT;
ALTER TABLE log ADD COLUMN hot_bytes INTEGER;
ALTER TABLE log ADD COLUMN hot_rows INTEGER;
ALTER TABLE log ADD COLUMN text_end TEXT;
ALTER TABLE log ADD COLUMN producers TEXT; -- JSON: ID, epoch, sequence number and tails of each producer of the batch
UPDATE identity SET schema_version = 11;
