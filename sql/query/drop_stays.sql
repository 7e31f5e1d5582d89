-- Removes stays that were joined to others. Columns as graph_joined_rows has
-- them.
DELETE FROM live.stay AS s
USING unnest($1::uuid[], $2::integer[], $3::integer[])
	AS given (touchpoint, stay, "into")
WHERE s.touchpoint = given.touchpoint AND s.stay = given.stay
