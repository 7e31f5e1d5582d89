-- How many batches wait.
SELECT count(*) FROM append
