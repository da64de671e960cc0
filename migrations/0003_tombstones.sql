-- 1: the edge is being given back, so the fork that it was pinned for can no longer be created.
ALTER TABLE debts ADD COLUMN called_in INTEGER NOT NULL DEFAULT 0;

-- Generations that have ended. The next stream at the path begins beyond the tail of the newest one, and a restore does not
-- bring any of them back by accident. The orphan sweep removes a tombstone some time after the objects of its generation.
CREATE TABLE tombstones (
    path       TEXT    NOT NULL,
    generation TEXT    NOT NULL,
    tail       INTEGER NOT NULL, -- the tail of the generation when it ended
    ended_ms   INTEGER NOT NULL, -- in milliseconds since 1970, by the clock of the database
    PRIMARY KEY (path, generation)
) STRICT, WITHOUT ROWID;
