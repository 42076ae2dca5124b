-- # of no rows: NULL, but counts are 0
WITH v (n, s) AS (VALUES (1, 'a'))
SELECT COUNT(n) AS a, COUNT(*) AS b, COUNT(DISTINCT n) AS c, SUM(n) AS d, AVG(n) AS e, MIN(s) AS f, MAX(n) AS g, COLLECT(n) IS NULL AS h, STDDEV(n) AS i, MEDIAN(n) AS j, PERCENTILE(n, 0.5) AS k, SKEWNESS(n) AS l, VAR_POP(n) AS m FROM v WHERE n > 1
-- = a,b,c,d,e,f,g,h,i,j,k,l,m
-- = 0,0,0,,,,,true,,,,,
-- # of NULLs only: NULL, and no group where there are none
WITH v (n) AS (VALUES (CAST(NULL AS INTEGER)), (NULL))
SELECT COUNT(n) AS a, COUNT(*) AS b, SUM(n) AS c, AVG(n) AS d, MIN(n) AS e, MAX(n) AS f, MEDIAN(n) AS g, CARDINALITY(COLLECT(n)) AS h, VARIANCE(n) AS i FROM v
-- = a,b,c,d,e,f,g,h,i
-- = 0,2,,,,,,2,
-- # NULLs are left out, but COLLECT keeps them
WITH v (n) AS (VALUES (1), (NULL), (2), (2))
SELECT COUNT(n) AS a, COUNT(ALL n) AS b, COUNT(DISTINCT n) AS c, SUM(n) AS d, SUM(DISTINCT n) AS e, AVG(n) = 5.0 / 3 AS f, CARDINALITY(COLLECT(n)) AS g, CARDINALITY(COLLECT(DISTINCT n)) AS h, ARRAY_TO_STRING(ARRAY_SORT(COLLECT(ALL n)), ',') AS i FROM v
-- = a,b,c,d,e,f,g,h,i
-- = 3,3,2,5,3,true,4,3,"1,2,2"
-- # MIN and MAX of texts, dates, times and booleans
WITH v (s, d, b) AS (VALUES ('b', DATE '2025-01-02', TRUE), ('B', DATE '2025-01-01', FALSE), (NULL, NULL, NULL))
SELECT MIN(s) AS a, MAX(s) AS b, MIN(d) AS c, MAX(d) AS d, MIN(b) AS e, MAX(b) AS f FROM v
-- = a,b,c,d,e,f
-- = B,b,2025-01-01,2025-01-02,false,true
-- # types: sums of whole numbers are whole, of decimals exact, of doubles doubles
WITH v (i, d, f) AS (VALUES (1, 0.10, CAST(0.5 AS DOUBLE)), (2, 0.20, CAST(0.25 AS DOUBLE)))
SELECT SUM(i) AS a, SUM(d) AS b, SUM(f) AS c, AVG(i) AS d, AVG(d) AS e, SUM(i) / COUNT(*) AS g FROM v
-- = a,b,c,d,e,g
-- = 3,0.30,0.75,1.5,0.15,1.5
-- # a sum of whole numbers that grows too large is NULL
WITH v (n) AS (VALUES (9223372036854775807), (1))
SELECT SUM(n) AS a, AVG(n) = 4611686018427387904 AS b FROM v
-- = a,b
-- = ,true
-- # of one row: a sample has no spread, a population has none to see
WITH v (n) AS (VALUES (5))
SELECT STDDEV_SAMP(n) AS a, STDDEV(n) AS b, VAR_SAMP(n) AS c, VARIANCE(n) AS d, STDDEV_POP(n) AS e, VAR_POP(n) AS f, SKEWNESS(n) AS g, MEDIAN(n) AS h, PERCENTILE(n, 0.9) AS i FROM v
-- = a,b,c,d,e,f,g,h,i
-- = ,,,,0.0,0.0,,5.0,5.0
-- # the example of the reference: 8 values with standard deviation 21.45261 and variance 460.2142
WITH v (n) AS (VALUES (20), (45), (30), (66), (50), (60), (85), (70))
SELECT ROUND(STDDEV(n), 5) AS a, ROUND(VARIANCE(n), 4) AS b FROM v
-- = a,b
-- = 21.45261,460.2143
-- # skewness of 1, 2, 10 by the adjusted formula: 3 / 2 * 234.296... / 4.9328...^3 * ...
-- (n / ((n - 1)(n - 2)) * sum((x - mean)^3) / s^3 = 1.5 * 162.222... / 119.978... with mean 13/3 and s^2 = 73/3)
WITH v (n) AS (VALUES (1), (2), (10))
SELECT ROUND(SKEWNESS(n), 4) AS a FROM v
-- = a
-- = 1.6523
-- # percentiles lie between values: place p * (n - 1), counted from 0
WITH v (n) AS (VALUES (1), (2), (10), (NULL), (20))
SELECT PERCENTILE(n, 0) AS a, PERCENTILE(n, 0.1) AS b, PERCENTILE(n, 0.5) AS c, PERCENTILE(n, 0.9) AS d, PERCENTILE(n, 1) AS e, MEDIAN(n) AS f, APPROX_PERCENTILE(n, 0.5) AS g FROM v
-- = a,b,c,d,e,f,g
-- = 1.0,1.3,6.0,17.0,20.0,6.0,6.0
-- # a percentile by a parameter
WITH v (n) AS (VALUES (1), (2), (3))
SELECT PERCENTILE(n, CUSTOM_PARAMETER('share')) AS a FROM v
-- = a
-- = 2.0
-- # FILTER: rows that are not true for it do not count
WITH v (g, n) AS (VALUES ('a', 1), ('a', NULL), ('b', 3), (NULL, 5))
SELECT SUM(n) FILTER (WHERE g = 'a') AS a, COUNT(*) FILTER (WHERE g = 'a') AS b, COUNT(n) FILTER (WHERE g IS NULL) AS c, CARDINALITY(COLLECT(n) FILTER (WHERE g = 'a')) AS d, SUM(n) FILTER (WHERE NULL) AS e FROM v
-- = a,b,c,d,e
-- = 1,2,1,2,
-- # GROUP BY an ordinal, an alias, an expression; NULL is a group
WITH v (g, n) AS (VALUES ('a', 1), ('A', 2), ('b', 3), (NULL, 4), (NULL, 5))
SELECT UPPER(g) AS g, SUM(n) AS a, UPPER(g) || '!' AS b FROM v GROUP BY 1
-- = g,a,b
-- = A,3,A!
-- = B,3,B!
-- = ,9,
-- # HAVING, by an aggregate and by an alias
WITH v (g, n) AS (VALUES ('a', 1), ('a', 2), ('b', 3), ('c', 1))
SELECT g, SUM(n) AS total FROM v GROUP BY g HAVING COUNT(*) > 1 OR total = 1
-- = g,total
-- = a,3
-- = c,1
