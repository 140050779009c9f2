-- What is remembered of the platform's tables: one that was seen is not taken as empty when it is away.
CREATE TABLE orchestrator_platform_table (
    name       text PRIMARY KEY,
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    filled_as  text,                       -- which table it was when it last had settings of the orchestrator's in it
    owners     integer NOT NULL DEFAULT 0, -- how many apps those were of
    emptied_at timestamptz                 -- when it was found without any
);
INSERT INTO orchestrator_platform_table (name)
    SELECT name FROM (VALUES ('apps'), ('settings'), ('dependencies')) AS platform (name) WHERE to_regclass(name) IS NOT NULL;

-- The settings that say how the app is asked whether it is well, as they were when it was looked at last.
ALTER TABLE deployments ADD COLUMN IF NOT EXISTS health_hash text;
