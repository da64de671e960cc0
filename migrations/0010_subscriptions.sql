-- Subscriptions (docs/decisions/7-subscribers-are-found-by-a-number.md).

-- In the database of a subscription's id.
CREATE TABLE subscriptions (
    id            TEXT    NOT NULL PRIMARY KEY,
    fence         TEXT    NOT NULL, -- the batch that wrote this row last
    generation    INTEGER NOT NULL, -- the number of the newest wake, over all lives of the id
    life          TEXT,             -- NULL: the subscription was deleted
    created_ms    INTEGER,          -- or deleted, in milliseconds since 1970
    configuration TEXT,             -- JSON; NULL: the subscription was deleted
    state         TEXT              -- JSON: the current wake, its holder and its retries; NULL: the subscription was deleted
) STRICT, WITHOUT ROWID;

-- To count and list the subscriptions that exist.
CREATE INDEX live_subscriptions ON subscriptions (id) WHERE life IS NOT NULL;

CREATE TABLE links (
    subscription TEXT    NOT NULL,
    path         TEXT    NOT NULL,
    explicit     INTEGER NOT NULL, -- 1: the stream was named
    glob         INTEGER NOT NULL, -- 1: the pattern matches
    generation   TEXT,             -- of the stream when it was acknowledged last
    acked        INTEGER,          -- the next offset
    PRIMARY KEY (subscription, path)
) STRICT, WITHOUT ROWID;

-- In the database of a stream.
ALTER TABLE streams ADD COLUMN first_offset INTEGER; -- of the generation, whether or not it is still kept; NULL in older rows

ALTER TABLE streams ADD COLUMN subscribed INTEGER NOT NULL DEFAULT 0; -- changes with its subscribers; 0: it has never had one

CREATE TABLE subscribers (
    path         TEXT    NOT NULL, -- of a stream, which may not exist yet
    subscription TEXT    NOT NULL,
    added_ms     INTEGER NOT NULL, -- in milliseconds since 1970, by the clock of the database
    PRIMARY KEY (path, subscription)
) STRICT, WITHOUT ROWID;

CREATE TABLE wake_streams (
    path         TEXT    NOT NULL,
    subscription TEXT    NOT NULL, -- the one that appends its wake events to the stream
    added_ms     INTEGER NOT NULL, -- in milliseconds since 1970, by the clock of the database
    PRIMARY KEY (path, subscription)
) STRICT, WITHOUT ROWID;

CREATE TABLE arrivals (
    path       TEXT NOT NULL, -- a stream that was created while there were patterns, until the matching subscriptions know of it
    generation TEXT NOT NULL,
    PRIMARY KEY (path, generation)
) STRICT, WITHOUT ROWID;

-- In the first database.
CREATE TABLE secrets (
    kind       TEXT    NOT NULL, -- 'sign': a key that signs requests to webhooks; 'token': the secret of the tokens of wakes
    number     INTEGER NOT NULL, -- the newest of its kind has the greatest
    created_ms INTEGER NOT NULL, -- in milliseconds since 1970, by the clock of the database
    public_key TEXT,             -- of a key, in base64url; NULL for the secret of tokens
    secret     TEXT    NOT NULL, -- a JSON Web Key with its private part; the secret of tokens in base64url
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

-- In each database.
CREATE TABLE patterns (
    subscription TEXT    NOT NULL,
    pattern      TEXT    NOT NULL,
    added_ms     INTEGER NOT NULL, -- in milliseconds since 1970, by the clock of the database
    PRIMARY KEY (subscription, pattern)
) STRICT, WITHOUT ROWID;

-- How far the sweep for what subscriptions have missed has come: in the first database.
CREATE TABLE subscription_sweep (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    place TEXT    NOT NULL -- JSON: where the next one begins
) STRICT;

UPDATE identity SET schema_version = 10;
