-- Whom portraits are alike. $1 their ids. A row each: either end, the weight.
SELECT portrait, other, weight
FROM live.alike
WHERE portrait = ANY ($1::uuid[])
