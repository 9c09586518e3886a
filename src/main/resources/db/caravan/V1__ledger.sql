-- The ledger of batches. The same for SQLite and PostgreSQL; times are in milliseconds since 1970.

CREATE TABLE batch (
    id                TEXT    NOT NULL PRIMARY KEY, -- the SHA-256 of the file
    run               TEXT    NOT NULL,             -- another one each time that it is opened again
    name              TEXT    NOT NULL,             -- of the file that brought it
    state             TEXT    NOT NULL,             -- running, completed, cancelled, expired
    line_count        INTEGER NOT NULL,
    sent              INTEGER NOT NULL,             -- the lines up to this number have been queued
    done              INTEGER NOT NULL,
    failed            INTEGER NOT NULL,
    prompt_tokens     BIGINT  NOT NULL,
    completion_tokens BIGINT  NOT NULL,
    created_at        BIGINT  NOT NULL,
    expires_at        BIGINT  NOT NULL,
    finished_at       BIGINT
);

CREATE TABLE batch_line (
    batch_id          TEXT    NOT NULL,
    line_no           INTEGER NOT NULL,             -- in the file, from 1
    custom_id         TEXT    NOT NULL,
    state             TEXT    NOT NULL,             -- pending, done, failed
    attempts          INTEGER NOT NULL,
    response          TEXT,                         -- as it stands in the output
    error_code        TEXT,
    error_message     TEXT,
    updated_at        BIGINT  NOT NULL,
    PRIMARY KEY (batch_id, line_no)
);

CREATE INDEX batch_line_state ON batch_line (batch_id, state, updated_at);

-- The file of each name that was taken last from an inbox.
CREATE TABLE batch_file (
    home              TEXT    NOT NULL,             -- the work dir
    name              TEXT    NOT NULL,
    version           TEXT    NOT NULL,             -- tells it from another of the same name
    batch_id          TEXT    NOT NULL,
    output            TEXT    NOT NULL,             -- the name of its output
    taken_at          BIGINT  NOT NULL,
    PRIMARY KEY (home, name)
);
