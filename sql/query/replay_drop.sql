-- Removes what a replay that did not end has left.
DROP SCHEMA IF EXISTS next CASCADE
