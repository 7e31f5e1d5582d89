INSERT INTO reference_insert VALUES (gen_random_uuid(), gen_random_uuid(),
	now(), now(), repeat('0123456789abcdef', 25));
