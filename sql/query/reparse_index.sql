-- After reparse_begin.
CREATE INDEX ON reparse (inbound)
