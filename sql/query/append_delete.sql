-- These batches are resolved. $1 the batches.
DELETE FROM append WHERE batch = ANY ($1::uuid[])
