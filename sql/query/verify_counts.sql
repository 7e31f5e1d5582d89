-- How many rows there are: identifiers, members, touchpoints, stays, traits,
-- orders and refunds, portraits, blocking
-- keys, edges from either side.
SELECT (SELECT count(*) FROM live.identifier),
	(SELECT count(*) FROM live.member),
	(SELECT count(*) FROM live.touchpoint),
	(SELECT count(*) FROM live.stay),
	(SELECT count(*) FROM live.trait),
	(SELECT count(*) FROM live.spend),
	(SELECT count(*) FROM live.portrait),
	(SELECT count(*) FROM live.block),
	(SELECT count(*) FROM live.alike)
