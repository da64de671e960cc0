-- One row for each stream that exists. A row is only ever changed by a statement that names its generation and its
-- fence; the fence changes with every batch, so that of two writers who read the same row only one can write.
CREATE TABLE streams (
    path            TEXT    NOT NULL PRIMARY KEY,
    generation      TEXT    NOT NULL, -- one life of a path; no two lives share one
    fence           TEXT    NOT NULL, -- the batch that wrote this row last
    content_type    TEXT    NOT NULL,
    tail            INTEGER NOT NULL, -- the next offset
    closed          INTEGER NOT NULL, -- 0 or 1
    closed_by_id    TEXT,             -- the producer whose append closed the stream, if one did
    closed_by_epoch INTEGER,
    closed_by_seq   INTEGER,
    stream_seq      TEXT,             -- the last Stream-Seq
    ttl_s           INTEGER,          -- at most one of ttl_s and expires_at
    expires_at      TEXT,             -- RFC 3339, as it was sent
    lease_ms        INTEGER,          -- the stream may be taken for expired after this, in milliseconds since 1970
    gone            INTEGER NOT NULL, -- 1: deleted or expired, and kept for its forks
    origin          TEXT,             -- JSON: where a fork comes from
    lineage         TEXT,             -- JSON: the generations that hold what is before a fork's own rows
    created_ms      INTEGER NOT NULL,
    hot_bytes       INTEGER NOT NULL, -- of its rows in log: payload, and one more for each message of JSON
    hot_rows        INTEGER NOT NULL,
    earliest        INTEGER NOT NULL  -- the first offset that is still kept
) STRICT, WITHOUT ROWID;

-- The forks of a stream, as the stream knows them. It is not removed while it has any.
CREATE TABLE edges (
    generation TEXT NOT NULL,
    edge       TEXT NOT NULL,
    PRIMARY KEY (generation, edge)
) STRICT, WITHOUT ROWID;

-- Edges that a path has to give back to its source: because its stream has ended, or was perhaps never created.
CREATE TABLE debts (
    path   TEXT    NOT NULL,
    edge   TEXT    NOT NULL,
    source TEXT    NOT NULL, -- the path of the stream that it is an edge of
    due_ms INTEGER NOT NULL, -- not before this, in milliseconds since 1970
    PRIMARY KEY (path, edge)
) STRICT, WITHOUT ROWID;

-- The log: one row for each batch of appends, however many messages it holds. Rows of a generation are contiguous.
CREATE TABLE log (
    generation TEXT    NOT NULL,
    start      INTEGER NOT NULL, -- the offset of the first message or byte
    stop       INTEGER NOT NULL, -- the offset after the last one
    form       TEXT    NOT NULL, -- json: messages with commas between them; text: verbatim; base64
    lengths    TEXT,             -- json: bytes of each message, where there are several
    payload    TEXT    NOT NULL,
    PRIMARY KEY (generation, start)
) STRICT, WITHOUT ROWID;

-- What each idempotent producer has appended so far.
CREATE TABLE producers (
    generation TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    tails      TEXT    NOT NULL, -- JSON: the next offsets after its last appends, the newest last
    PRIMARY KEY (generation, id)
) STRICT, WITHOUT ROWID;

-- Segments of the log that lie in R2, before its rows and without a gap to them. docs/storage.md tells how.
CREATE TABLE segments (
    generation TEXT    NOT NULL,
    start      INTEGER NOT NULL, -- the offset of the first message or byte
    stop       INTEGER NOT NULL, -- the offset after the last one
    object     TEXT    NOT NULL, -- the key in R2
    bytes      INTEGER NOT NULL, -- of the whole object
    blocks     TEXT    NOT NULL, -- what is where in it, and checksums
    newest_ms  INTEGER NOT NULL, -- nothing in it is newer, in milliseconds since 1970
    PRIMARY KEY (generation, start)
) STRICT, WITHOUT ROWID;

-- Objects in R2 that others have replaced, and that are to be removed.
CREATE TABLE discarded (
    path   TEXT    NOT NULL,
    object TEXT    NOT NULL,
    due_ms INTEGER NOT NULL, -- not before this, in milliseconds since 1970
    PRIMARY KEY (path, object)
) STRICT, WITHOUT ROWID;

-- Generations that have ended and whose rows are still to be removed.
CREATE TABLE garbage (
    path       TEXT NOT NULL,
    generation TEXT NOT NULL,
    PRIMARY KEY (path, generation)
) STRICT, WITHOUT ROWID;

-- How far the sweep for objects that no row names has come: in the first database, after which key the next one begins.
CREATE TABLE orphan_sweep (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    object TEXT    NOT NULL
) STRICT;
