-- The settings that were tried last and came to nothing; when they are tried again in place of what runs meanwhile, what they
-- failed with, and how often.
ALTER TABLE deployments ADD COLUMN IF NOT EXISTS tried_spec_hash text;
ALTER TABLE deployments ADD COLUMN IF NOT EXISTS update_due_at timestamptz;
ALTER TABLE deployments ADD COLUMN IF NOT EXISTS update_code text;
ALTER TABLE deployments ADD COLUMN IF NOT EXISTS update_attempts integer NOT NULL DEFAULT 0;
