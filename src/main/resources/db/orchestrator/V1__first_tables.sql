-- The orchestrator's own tables. They stand in the platform's schema, beside tables that are not ours: everything here
-- only adds. A deployments table may be there already (an earlier orchestrator's): it keeps its rows and gets our columns.

CREATE TABLE IF NOT EXISTS deployments (
    id            uuid PRIMARY KEY,
    app_id        uuid NOT NULL UNIQUE,
    state         text NOT NULL,
    container_id  text,
    health_status text NOT NULL DEFAULT 'unknown'
);

ALTER TABLE deployments
    ADD COLUMN IF NOT EXISTS app_name           text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS node               text,
    ADD COLUMN IF NOT EXISTS last_written_state text,
    ADD COLUMN IF NOT EXISTS reason_code        text,
    ADD COLUMN IF NOT EXISTS reason_message     text,
    ADD COLUMN IF NOT EXISTS attempts           integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS attempt_code       text,
    ADD COLUMN IF NOT EXISTS next_look_at       timestamptz,
    ADD COLUMN IF NOT EXISTS image_reference    text,
    ADD COLUMN IF NOT EXISTS image_id           text,
    ADD COLUMN IF NOT EXISTS image_digest       text,
    ADD COLUMN IF NOT EXISTS spec_hash          text,
    ADD COLUMN IF NOT EXISTS previous_container_id text,
    ADD COLUMN IF NOT EXISTS previous_spec_hash text,
    ADD COLUMN IF NOT EXISTS rejected_spec_hash text,
    ADD COLUMN IF NOT EXISTS generation         integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS restarts           integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS started_at         timestamptz,
    ADD COLUMN IF NOT EXISTS healthy_since      timestamptz,
    ADD COLUMN IF NOT EXISTS created_at         timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS updated_at         timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS version            bigint NOT NULL DEFAULT 0;

CREATE INDEX IF NOT EXISTS deployments_app_name ON deployments (app_name);

-- One row an app and node: the signals it was given, and the lease under which they are worked off.
CREATE TABLE orchestrator_work (
    node          text        NOT NULL,
    app_name      text        NOT NULL,
    signal_seq    bigint      NOT NULL DEFAULT 0, -- the last signal given
    renewal_seq   bigint      NOT NULL DEFAULT 0, -- the last signal that may wake what has failed
    handled_seq   bigint      NOT NULL DEFAULT 0, -- the last signal looked at to the end
    causes        text        NOT NULL DEFAULT '', -- of the signals not handled yet, in words
    wake_at       timestamptz,                    -- look again then, signal or not
    lease_owner   uuid,
    lease_expires timestamptz,
    fence         bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (node, app_name)
);

-- What was asked of the engine: written before each changing call, closed after it.
CREATE TABLE orchestrator_act (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node     text        NOT NULL,
    app_name text        NOT NULL,
    fence    bigint      NOT NULL,
    verb     text        NOT NULL,
    target   text        NOT NULL, -- a container's id; for a create its name
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    outcome  text                  -- done, refused, unanswered; null while open
);
CREATE INDEX orchestrator_act_unsettled ON orchestrator_act (node, app_name)
    WHERE outcome IS NULL OR outcome = 'unanswered';

CREATE TABLE orchestrator_history (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    app_id     uuid,
    app_name   text        NOT NULL,
    node       text,
    actor      text        NOT NULL, -- who acted: orchestrator, platform, hand
    cause      text        NOT NULL, -- what made it look: event, start-up, …
    from_state text,
    to_state   text,
    code       text,
    message    text        NOT NULL,
    details    jsonb       NOT NULL DEFAULT '{}',
    fence      bigint
);
CREATE INDEX orchestrator_history_app ON orchestrator_history (app_name, id);

-- Every event that was taken, and what became of it.
CREATE TABLE orchestrator_intake (
    id          uuid PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    node        text        NOT NULL, -- that took it: signals are numbered by node
    queue       text        NOT NULL,
    exchange    text        NOT NULL,
    routing_key text        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('installed', 'uninstalled')),
    headers     jsonb       NOT NULL DEFAULT '{}',
    properties  jsonb       NOT NULL DEFAULT '{}', -- content_type, message_id, …
    body        bytea       NOT NULL,
    app_id      uuid,
    app_name    text,                 -- null while only the id is known
    occurred_at text,                 -- as it came; recorded, never used to order
    note        text,
    signal_seq  bigint,               -- the last signal given for it; null while it has no name
    review_at   timestamptz,          -- to be looked at again then: the platform's tables do not bear it out yet
    outcome     text        NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'done', 'superseded', 'dead_lettered')),
    reason      text,
    closed_at   timestamptz
);
CREATE INDEX orchestrator_intake_open ON orchestrator_intake (app_name, received_at) WHERE outcome = 'open';
CREATE INDEX orchestrator_intake_review ON orchestrator_intake (review_at) WHERE review_at IS NOT NULL;
CREATE INDEX orchestrator_intake_closed ON orchestrator_intake (closed_at) WHERE closed_at IS NOT NULL;

-- Dead letters on their way: written with the outcome, removed once the broker has confirmed them.
CREATE TABLE orchestrator_outbox (
    message_id  uuid PRIMARY KEY, -- the intake's id
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind        text        NOT NULL,
    headers     jsonb       NOT NULL, -- the sender's and ours
    properties  jsonb       NOT NULL,
    body        bytea       NOT NULL,
    taken_until timestamptz           -- an instance is publishing it
);

CREATE TABLE orchestrator_node (
    name          text PRIMARY KEY,
    engine_id     text        NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE orchestrator_installation (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id         uuid        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO orchestrator_installation (id) VALUES (gen_random_uuid());
