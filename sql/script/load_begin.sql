-- Begins a transaction that lasts as long as there are rows to bring in.
BEGIN;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL maintenance_work_mem = '128MB';
SET LOCAL client_min_messages = warning;
