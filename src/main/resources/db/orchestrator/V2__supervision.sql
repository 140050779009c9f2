-- What watching, reconciling and several nodes need kept.

ALTER TABLE deployments
    ADD COLUMN IF NOT EXISTS volume            text,        -- the data volume on its node, once there was one
    ADD COLUMN IF NOT EXISTS restarted_run     timestamptz, -- start of the container's run whose end was counted as a restart
    ADD COLUMN IF NOT EXISTS restart_owed      boolean NOT NULL DEFAULT false, -- that restart was not counted yet
    ADD COLUMN IF NOT EXISTS wanted_generation integer NOT NULL DEFAULT 0, -- a redeploy was asked for: no older container will do
    ADD COLUMN IF NOT EXISTS proven            boolean NOT NULL DEFAULT false; -- the container was healthy once
UPDATE deployments SET proven = healthy_since IS NOT NULL;

-- When the lease ran out under which an act began, by the clock that gave begun_at: always later than that.
ALTER TABLE orchestrator_act
    ADD COLUMN lease_until timestamptz;

-- Apps that an operator stopped, until they are released.
CREATE TABLE orchestrator_hold (
    app_name text PRIMARY KEY,
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor    text        NOT NULL,
    reason   text        NOT NULL DEFAULT ''
);

-- Where an operator moved an app to, until it is there.
CREATE TABLE orchestrator_move (
    app_name text PRIMARY KEY,
    node     text        NOT NULL,
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor    text        NOT NULL
);

ALTER TABLE orchestrator_node
    ADD COLUMN seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(), -- an instance of it was alive
    ADD COLUMN retired_at timestamptz,                                    -- by an operator; its apps may go elsewhere
    -- One instance at a time watches and reconciles a node.
    ADD COLUMN supervisor         uuid,
    ADD COLUMN supervisor_expires timestamptz;

-- Each cause with the number of its last signal, as {"app.installed": 12}: what a look has handled is forgotten, what came meanwhile stays.
ALTER TABLE orchestrator_work ADD COLUMN cause_seqs jsonb NOT NULL DEFAULT '{}';
UPDATE orchestrator_work SET cause_seqs =
    (SELECT coalesce(jsonb_object_agg(word, signal_seq), '{}') FROM unnest(string_to_array(causes, ', ')) AS word WHERE word <> '');
ALTER TABLE orchestrator_work DROP COLUMN causes;
ALTER TABLE orchestrator_work RENAME COLUMN cause_seqs TO causes;
