-- The list of migrations that were applied. Before the first there is none.
CREATE TABLE IF NOT EXISTS migration (
	name text COLLATE "C" PRIMARY KEY,
	applied_at timestamptz NOT NULL DEFAULT now()
)
