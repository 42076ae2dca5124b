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
-- # numbers and texts meet in text: CASE, IF, COALESCE, NVL2, also where the text is of digits
WITH v (n, s, f) AS (VALUES (5, 'a', TRUE), (7, NULL, FALSE))
SELECT CASE WHEN f THEN n ELSE 'none' END AS a, COALESCE(s, n) AS b, IF(f, '007', n) AS c, NVL2(s, n, 'x') AS d, CASE WHEN f THEN 1.5 ELSE s END AS e FROM v
-- = a,b,c,d,e
-- = 5,a,007,5,1.5
-- = none,7,7,x,
-- # so do the parts of UNION and the rows of VALUES
WITH v (x) AS (VALUES (1), ('one')) SELECT x FROM v UNION ALL SELECT 2.5 AS x UNION ALL SELECT '007' AS x UNION ALL SELECT DATE '2025-01-31' AS x
-- = x
-- = 1
-- = one
-- = 2.5
-- = 007
-- = 2025-01-31
-- # and the values of IN, in a list and in a query
WITH v (n, s) AS (VALUES (5, '5'), (7, '007'), (9, 'x'))
SELECT COUNT(*) FILTER (WHERE n IN ('5', 'x')) AS a, COUNT(*) FILTER (WHERE s IN (n)) AS b, COUNT(*) FILTER (WHERE n IN (s, 7)) AS c, COUNT(*) FILTER (WHERE n IN ('5', '07')) AS d, COUNT(*) FILTER (WHERE n NOT IN ('5', 'y')) AS e FROM v
-- = a,b,c,d,e
-- = 1,1,2,2,2
-- # in a query of IN
WITH v (n, s) AS (VALUES (5, '5'), (7, '007'))
SELECT COUNT(*) AS n FROM v WHERE s IN (SELECT n FROM v)
-- = n
-- = 1
-- # what is text only beside digits is a number where a number is needed
WITH v (n, f) AS (VALUES (5, TRUE), (7, FALSE))
SELECT SUM(CASE WHEN f THEN n ELSE '0' END) AS a, SUM(COALESCE(n, '0')) + '1' AS b, AVG(IF(f, n, '1')) AS c FROM v
-- = a,b,c
-- = 5,13,3.0
-- # dates and texts meet in text, but a text that is a date is one
WITH v (d) AS (VALUES (DATE '2025-01-31'), (NULL))
SELECT COALESCE(d, 'total') AS a, COALESCE(d, '2025-02-01') < DATE '2025-02-01' AS b, d < '2025-01-31 12:00:00' AS c FROM v
-- = a,b,c
-- = 2025-01-31,true,true
-- = total,false,
-- # a boolean beside numbers is 1 or 0
WITH v (b, n) AS (VALUES (TRUE, 1), (FALSE, 0), (TRUE, 7), (NULL, 0))
SELECT COUNT(*) FILTER (WHERE b = 1) AS a, COUNT(*) FILTER (WHERE 0 = b) AS b, COUNT(*) FILTER (WHERE b = n) AS c, COUNT(*) FILTER (WHERE b IN (0, 1)) AS d, COUNT(*) FILTER (WHERE b > 0.5) AS e FROM v
-- = a,b,c,d,e
-- = 2,1,2,3,2
-- # the largest of many booleans is compared with a number
SELECT CASE WHEN MAX(new_to_brand) = 1 THEN 'new' ELSE 'known' END AS cohort, COUNT(DISTINCT user_id) AS users FROM conversions
-- = cohort,users
-- = new,333
-- # texts beside a number are read as numbers, and as NULL where they are none
WITH v (s, n) AS (VALUES ('7', 2), ('3.5', 2), ('NA', 2), (NULL, 2))
SELECT SUM(n * s) AS product, COUNT(s + n) AS sums, SUM(s / n) AS quotient, SUM(CASE WHEN n = 2 THEN n ELSE 'NA' END - 1) AS less FROM v
-- = product,sums,quotient,less
-- = 21.0,2,5.25,4.0
