-- What a node needs to keep its apps when its name changes, and what limits the removal of apps that the platform has lost.

-- The last time an instance of the node was asked to stop. If none was seen since, none is there.
ALTER TABLE orchestrator_node ADD COLUMN left_at timestamptz;

-- Names that the node had before, and that no other node has. What is still said to one of them is said to this node.
ALTER TABLE orchestrator_node ADD COLUMN former_names text[] NOT NULL DEFAULT '{}';

-- Apps on a node that the platform has no row of.
CREATE TABLE orchestrator_orphan (
    node       text        NOT NULL,
    app_name   text        NOT NULL,
    since      timestamptz NOT NULL DEFAULT clock_timestamp(), -- the platform has had no row of it
    allowed_by text,                                           -- the operator who said that it may go
    removed_at timestamptz,                                    -- its removal was begun; counts for an hour
    PRIMARY KEY (node, app_name)
);
