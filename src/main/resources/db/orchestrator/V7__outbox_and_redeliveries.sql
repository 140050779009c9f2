-- Dead letters that could not be published for a reason of their own: how often that was tried, and why it failed last. They wait until taken_until; the others go on.
ALTER TABLE orchestrator_outbox
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN trouble  text;
CREATE INDEX orchestrator_outbox_order ON orchestrator_outbox (created_at, message_id);

-- Messages that the broker delivered again, and how often an instance began to take each one in without coming to its end.
CREATE TABLE orchestrator_redelivery (
    message  text PRIMARY KEY, -- a digest of its queue, properties and body
    attempts integer     NOT NULL DEFAULT 1,
    since    timestamptz NOT NULL DEFAULT clock_timestamp()
);
