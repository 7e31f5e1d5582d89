-- SPDX-License-Identifier: Apache-2.0
-- Where names count (likeness): what a stay was told of how its person is called
-- and when born, as names_write has it; and whether some stay proves an
-- identifier. One that nobody proves and that people of several names have is
-- shared.
ALTER TABLE live.stay ADD COLUMN names text COLLATE "C";
ALTER TABLE live.identifier ADD COLUMN proved boolean NOT NULL DEFAULT false;
