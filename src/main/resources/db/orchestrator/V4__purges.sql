-- Data volumes that an operator wants to be gone, until they are.
CREATE TABLE orchestrator_purge (
    app_name text PRIMARY KEY,
    volume   text        NOT NULL,
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor    text        NOT NULL
);
