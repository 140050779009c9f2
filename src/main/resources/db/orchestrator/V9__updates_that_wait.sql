-- The settings that were tried last and came to nothing, and when they are tried again in place of what runs meanwhile.
ALTER TABLE deployments ADD COLUMN IF NOT EXISTS tried_spec_hash text;
ALTER TABLE deployments ADD COLUMN IF NOT EXISTS update_due_at timestamptz;
