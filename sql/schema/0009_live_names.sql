-- SPDX-License-Identifier: Apache-2.0
-- Where names count (likeness): how a stay's person is called, as called_write
-- has it. crowded: the identifier is shared, and not because people
-- of several names have it; as far as the resolver knows, which looks when it
-- must.
ALTER TABLE live.stay ADD COLUMN called text COLLATE "C";
ALTER TABLE live.identifier ADD COLUMN crowded boolean NOT NULL DEFAULT false;
