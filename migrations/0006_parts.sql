-- Content that lies in R2 in objects of its own, since it was too long for a transaction. It is as much part of the log as rows
-- are: rows and parts of a generation are contiguous, and both move to segments, oldest first.
CREATE TABLE parts (
    generation    TEXT    NOT NULL,
    start         INTEGER NOT NULL, -- the offset of the first message or byte
    stop          INTEGER NOT NULL, -- the offset after the last one
    object        TEXT    NOT NULL, -- the key in R2
    bytes         INTEGER NOT NULL, -- of the whole object
    blocks        TEXT    NOT NULL, -- what is where in it, and checksums
    newest_ms     INTEGER NOT NULL, -- nothing in it is newer, in milliseconds since 1970
    payload_bytes INTEGER NOT NULL, -- as they count in streams.hot_bytes
    PRIMARY KEY (generation, start)
) STRICT, WITHOUT ROWID;
UPDATE identity SET schema_version = 6;
