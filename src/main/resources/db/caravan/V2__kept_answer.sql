-- Answers to prompts of queues that came with an idempotency key: who asks with the same key again gets the same answer.

CREATE TABLE kept_answer (
    idempotency_key   TEXT    NOT NULL PRIMARY KEY,
    fingerprint       TEXT    NOT NULL,             -- of what was asked
    answer            TEXT    NOT NULL,
    provider          TEXT    NOT NULL,
    model             TEXT    NOT NULL,
    finish_reason     TEXT    NOT NULL,
    prompt_tokens     BIGINT  NOT NULL,
    completion_tokens BIGINT  NOT NULL,
    attempts          INTEGER NOT NULL,
    created_at        BIGINT  NOT NULL
);

CREATE INDEX kept_answer_age ON kept_answer (created_at);
