-- Who waits for a lock longer than this gives way: that is sooner than
-- PostgreSQL looks for deadlocks, and the transaction is tried again. One that
-- fell asleep ends, and lets its own go.
BEGIN;
SET LOCAL lock_timeout = '250ms';
SET LOCAL idle_in_transaction_session_timeout = '5s';
