\set id random(1, 200000)
SELECT text FROM reference_read WHERE id = :id;
