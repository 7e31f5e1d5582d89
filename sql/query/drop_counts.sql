-- Removes what was counted of touchpoints, to be counted anew. Columns as
-- graph_again_rows has them.
WITH given AS (
	SELECT touchpoint
	FROM unnest($1::uuid[]) AS given (touchpoint)
), traits AS (
	DELETE FROM live.trait WHERE touchpoint IN (SELECT touchpoint FROM given)
), spend AS (
	DELETE FROM live.spend WHERE touchpoint IN (SELECT touchpoint FROM given)
)
DELETE FROM live.stay WHERE touchpoint IN (SELECT touchpoint FROM given)
