-- Whether a migration was applied. $1 its name. A row, or none.
SELECT name FROM migration WHERE name = $1
