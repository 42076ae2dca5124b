-- # EXISTS, and NOT EXISTS, for each row
WITH v (g, n) AS (VALUES ('a', 1), ('b', 2), ('c', 3)), w (g) AS (VALUES ('a'), ('c'), ('c'))
SELECT g, EXISTS (SELECT 1 AS one FROM w WHERE w.g = v.g) AS there FROM v WHERE NOT EXISTS (SELECT 1 AS one FROM w WHERE w.g = v.g AND v.n = 1)
-- = g,there
-- = b,false
-- = c,true
-- # a value for each row, NULL where there is none
WITH v (g) AS (VALUES ('a'), ('b')), w (g, n) AS (VALUES ('a', 1), ('a', 5))
SELECT g, (SELECT MAX(n) FROM w WHERE w.g = v.g) AS largest, (SELECT COUNT(*) FROM w WHERE w.g = v.g) AS c FROM v
-- = g,largest,c
-- = a,5,2
-- = b,,0
-- # IN, for each row
WITH v (g, n) AS (VALUES ('a', 1), ('a', 2), ('b', 1)), w (g, n) AS (VALUES ('a', 1), ('b', 2))
SELECT g, n FROM v WHERE n IN (SELECT n FROM w WHERE w.g = v.g)
-- = g,n
-- = a,1
-- # for each group: what a subquery reads are group keys
WITH v (g, n) AS (VALUES ('a', 1), ('a', 2), ('b', 1)), w (g, n) AS (VALUES ('a', 10), ('b', 20))
SELECT g, SUM(n) + (SELECT MAX(n) FROM w WHERE w.g = v.g) AS total FROM v GROUP BY g HAVING EXISTS (SELECT 1 AS one FROM w WHERE w.g = v.g AND w.n < 15)
-- = g,total
-- = a,13
-- # a subquery within a subquery reads the outermost row, also where it groups
WITH v (g) AS (VALUES ('a'), ('b')), w (g, n) AS (VALUES ('a', 1), ('b', 2), ('b', 3)), x (n) AS (VALUES (2), (3))
SELECT g, (SELECT SUM(n) FROM w WHERE w.g = v.g AND EXISTS (SELECT 1 AS one FROM x WHERE x.n = w.n AND v.g = 'b')) AS s, (SELECT MAX(c) FROM (SELECT n, COUNT(*) AS c FROM x GROUP BY n) y) AS m FROM v
-- = g,s,m
-- = a,,1
-- = b,5,1
-- # a subquery of a group reads what is no key
WITH v (g, n) AS (VALUES ('a', 1)), w (n) AS (VALUES (1))
SELECT g, (SELECT MAX(n) FROM w WHERE w.n = v.n) AS m FROM v GROUP BY g
-- ! invalid_grouping 2:11
