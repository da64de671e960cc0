-- How many streams there are by the first segment of their paths, in the first database: row 0 is the last count, and row 1 one that has not
-- ended yet.
CREATE TABLE usage (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id IN (0, 1)),
    began_ms INTEGER NOT NULL, -- when the count began, in milliseconds since 1970
    ended_ms INTEGER NOT NULL, -- when it was continued last
    number   INTEGER NOT NULL, -- the number of the database that is counted next
    path     TEXT    NOT NULL, -- the path after which it continues
    prefixes TEXT    NOT NULL, -- JSON: each prefix with its number of streams, and their bytes in D1 and in R2
    others   INTEGER NOT NULL  -- streams of prefixes beyond the maximum
) STRICT;
UPDATE identity SET schema_version = 9;
