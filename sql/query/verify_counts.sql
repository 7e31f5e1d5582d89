-- How many rows there are: identifiers, members, touchpoints, stays, traits,
-- orders and refunds.
SELECT (SELECT count(*) FROM live.identifier),
	(SELECT count(*) FROM live.member),
	(SELECT count(*) FROM live.touchpoint),
	(SELECT count(*) FROM live.stay),
	(SELECT count(*) FROM live.trait),
	(SELECT count(*) FROM live.spend)
