-- Removes stays that were joined to others. $1 a JSON array of {touchpoint,
-- stay}.
DELETE FROM live.stay AS s
USING jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid, stay integer)
WHERE s.touchpoint = given.touchpoint AND s.stay = given.stay
