\set id random(1, :read)
SELECT text FROM reference_read WHERE id = :id;
