-- Goes before a file of schema/, in its transaction, so that of two that
-- migrate at once only one does. $1 the file's name.
INSERT INTO migration (name) VALUES ('$1');
