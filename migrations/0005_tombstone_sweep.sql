-- How far the sweep of old tombstones has come in this database: the next one begins after this key.
CREATE TABLE tombstone_sweep (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    path       TEXT    NOT NULL,
    generation TEXT    NOT NULL
) STRICT;
UPDATE identity SET schema_version = 5;
