-- Writes touchpoints, which never change. Columns as graph_touchpoint_rows has
-- them.
INSERT INTO live.touchpoint (touchpoint, source, channel, identifiers)
SELECT touchpoint, source, channel, identifiers::uuid[]
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
	AS given (touchpoint, source, channel, identifiers)
ORDER BY touchpoint
ON CONFLICT DO NOTHING
