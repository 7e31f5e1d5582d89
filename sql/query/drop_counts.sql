-- Removes what was counted of touchpoints, to be counted anew. $1 a JSON array
-- of {touchpoint}.
WITH given AS (
	SELECT touchpoint
	FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid)
), traits AS (
	DELETE FROM live.trait WHERE touchpoint IN (SELECT touchpoint FROM given)
), spend AS (
	DELETE FROM live.spend WHERE touchpoint IN (SELECT touchpoint FROM given)
)
DELETE FROM live.stay WHERE touchpoint IN (SELECT touchpoint FROM given)
