-- SPDX-License-Identifier: Apache-2.0
-- Family: its own number. Models of likeness, never changed once they are there.
-- The one in use is named in meta, as 'model'; without it the shipped one is.
CREATE TABLE model (
	model bigint PRIMARY KEY,
	created_at timestamptz NOT NULL,
	portraits bigint NOT NULL,
	body jsonb NOT NULL
);
