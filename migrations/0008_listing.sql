-- What lists of streams show besides. Both are NULL in rows that an older version has written: then there are no labels, and the stream
-- counts as not changed since its creation.
ALTER TABLE streams ADD COLUMN labels TEXT; -- JSON: names and values
ALTER TABLE streams ADD COLUMN updated_ms INTEGER; -- the last append or close, in milliseconds since 1970
UPDATE identity SET schema_version = 8;
