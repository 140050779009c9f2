-- The entries of the journal that may be deleted, by their age.
CREATE INDEX orchestrator_act_closed ON orchestrator_act (ended_at) WHERE outcome <> 'unanswered';
