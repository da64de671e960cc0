-- Which database this is, so that a Worker whose bindings have changed does not look for streams where they are not. Each migration
-- after this one sets schema_version to its own number.
CREATE TABLE identity (
    id             INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    schema_version INTEGER NOT NULL, -- the number of the newest migration that has been applied
    number         INTEGER,          -- the number of this database, from 0; NULL until a Worker has used it
    databases      INTEGER,          -- the number of databases bound to that Worker
    CHECK ((number IS NULL) = (databases IS NULL))
) STRICT;
INSERT INTO identity (id, schema_version) VALUES (0, 4);
