-- Every volume with data of an app: from before it is used until an operator has it removed.
CREATE TABLE orchestrator_volume (
    node     text        NOT NULL,
    name     text        NOT NULL,
    app_id   uuid        NOT NULL, -- whose data it is
    app_name text        NOT NULL,
    path     text        NOT NULL DEFAULT '', -- where it was mounted last; empty while that is not known
    origin   text        NOT NULL CHECK (origin IN ('setting', 'image', 'foreign')), -- docker.volume.path; a VOLUME of the image; a container that was not ours
    used     boolean     NOT NULL, -- a process may have written to it
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (node, name)
);
CREATE INDEX orchestrator_volume_app ON orchestrator_volume (app_name);
CREATE INDEX orchestrator_volume_app_id ON orchestrator_volume (app_id);

-- A name was used by one app after another: the data is that of the one that had it last.
INSERT INTO orchestrator_volume (node, name, app_id, app_name, origin, used)
SELECT DISTINCT ON (node, volume) node, volume, app_id, app_name, 'setting', true
FROM deployments
WHERE volume IS NOT NULL AND node IS NOT NULL
ORDER BY node, volume, (state <> 'stopped') DESC, updated_at DESC;

-- An app may have several volumes, on several nodes.
ALTER TABLE orchestrator_purge ADD COLUMN node text NOT NULL DEFAULT '';
UPDATE orchestrator_purge p SET node = v.node FROM orchestrator_volume v WHERE v.app_name = p.app_name AND v.name = p.volume;
ALTER TABLE orchestrator_purge DROP CONSTRAINT orchestrator_purge_pkey;
ALTER TABLE orchestrator_purge ADD PRIMARY KEY (app_name, volume, node);
