-- How far the search for streams that can leave this database to make room has come: the next one begins after this path.
CREATE TABLE room_sweep (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    path TEXT    NOT NULL
) STRICT;
UPDATE identity SET schema_version = 11;
