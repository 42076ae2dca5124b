-- # a column of texts beside a column of numbers: the text is read as a number, exactly
WITH v (s, n) AS (VALUES ('7', 7), ('007', 7), ('7.5', 7), ('x', 7), ('9007199254740993', 9007199254740992), (NULL, 7))
SELECT COUNT(*) FILTER (WHERE s = n) AS a, COUNT(*) FILTER (WHERE s <> n) AS b, COUNT(*) FILTER (WHERE s > n) AS c FROM v
-- = a,b,c
-- = 2,2,2
-- # in the query of IN, on either side
WITH ids (id) AS (VALUES (1), (2)), names (name) AS (VALUES ('2'), ('3'), ('x'))
SELECT COUNT(*) AS n, (SELECT COUNT(*) FROM ids WHERE id IN (SELECT name FROM names)) AS m FROM names WHERE name IN (SELECT id FROM ids)
-- = n,m
-- = 1,1
-- # joined: numbers beside texts
WITH ids (id) AS (VALUES (1), (2)), names (name) AS (VALUES ('2'), ('2'), ('x'))
SELECT COUNT(*) AS n FROM ids JOIN names ON ids.id = names.name
-- = n
-- = 2
-- # a whole number of the query beside texts is their digits, but compared by size it is a number
WITH v (s) AS (VALUES ('9'), ('10'), ('010'))
SELECT COUNT(*) FILTER (WHERE s = 10) AS a, COUNT(*) FILTER (WHERE s > 9) AS b, COUNT(*) FILTER (WHERE s BETWEEN 9 AND 10) AS c, COUNT(*) FILTER (WHERE s IN (9, 10)) AS d FROM v
-- = a,b,c,d
-- = 1,2,3,2
-- # texts of the query are read as what stands beside them, before it or behind it
WITH v (d, n, b) AS (VALUES (DATE '2025-01-31', 5, TRUE))
SELECT d > '2025-01-30' AS a, '2025-02-01' < d AS b, COALESCE('2025-01-31', d) = d AS c, CASE WHEN n = '5' THEN '1' ELSE n END AS d, GREATEST('7', n) AS e, b = 'true' AS f, d IN ('2025-01-31', '2025-02-01') AS g FROM v
-- = a,b,c,d,e,f,g
-- = true,false,true,1,7,true,true
-- # a date beside a time is its first moment; a text beside a time is read as one
WITH v (d, t, s) AS (VALUES (DATE '2025-01-31', TIMESTAMP '2025-01-31 00:00:00', '2025-01-31 00:00:00'), (DATE '2025-01-31', TIMESTAMP '2025-01-31 12:00:00', 'noon'))
SELECT COUNT(*) FILTER (WHERE d = t) AS a, COUNT(*) FILTER (WHERE s = t) AS b, COUNT(*) FILTER (WHERE s = d) AS c FROM v
-- = a,b,c
-- = 1,1,1
-- # numbers of different kinds: whole, decimal and double meet in what holds both
SELECT 1 = 1.0 AS a, 0.1 + 0.2 = 0.3 AS b, CAST(0.1 AS DOUBLE) + CAST(0.2 AS DOUBLE) = 0.3 AS c, 3 / 2 AS d, 7 % 4 AS e, -7 % 4 AS f, 2.5 * 2 AS g, 1.25 + 1 AS h, 1 / 0 AS i, 5 % 0 AS j, 7.5 % 2 AS k
-- = a,b,c,d,e,f,g,h,i,j,k
-- = true,true,false,1.5,3,-3,5.0,2.25,,,1.5
-- # a union of whole numbers, decimals and NULL
SELECT n, CAST(n AS VARCHAR) AS t FROM (SELECT 1 AS n UNION ALL SELECT 2.50 AS n UNION ALL SELECT NULL AS n)
-- = n,t
-- = 1.00,1.00
-- = 2.50,2.50
-- = ,
