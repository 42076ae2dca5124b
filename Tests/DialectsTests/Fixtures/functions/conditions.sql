-- # CASE: the first branch that is true; without ELSE it is NULL
WITH v (n) AS (VALUES (1), (2), (3), (NULL))
SELECT n, CASE WHEN n > 1 THEN 'many' WHEN n > 0 THEN 'one' END AS a, CASE n WHEN 1 THEN 'one' WHEN NULL THEN 'never' ELSE 'other' END AS b, CASE WHEN n = 2 THEN 2.5 ELSE 0 END AS c FROM v
-- = n,a,b,c
-- = 1,one,one,0.0
-- = 2,many,other,2.5
-- = 3,many,other,0.0
-- = ,,other,0.0
-- # COALESCE, IFNULL, NVL: the first that is not NULL
SELECT COALESCE(NULL, NULL, 3, 4) AS a, COALESCE(NULL, NULL) AS b, IFNULL('a', 'b') AS c, NVL(NULL, 2.5) AS d, COALESCE(1, 2.5) AS e, COALESCE(NULL, DATE '2025-01-31') AS f, IFNULL(NULL, NULL) AS g
-- = a,b,c,d,e,f,g
-- = 3,,a,2.5,1.0,2025-01-31,
-- # IF: NULL is not true
SELECT IF(TRUE, 1, 2) AS a, IF(FALSE, 1, 2) AS b, IF(NULL, 1, 2) AS c, IF(1 > 2, 'a', NULL) AS d, IF(TRUE, 1, 2.5) AS e
-- = a,b,c,d,e
-- = 1,2,2,,1.0
-- # NULLIF and NVL2
SELECT NULLIF(1, 1) AS a, NULLIF(1, 2) AS b, NULLIF(NULL, 1) AS c, NULLIF(1, NULL) AS d, NULLIF('a', 'A') AS e, NVL2(1, 'there', 'not') AS f, NVL2(NULL, 'there', 'not') AS g, NVL2('', 1, 2) AS h
-- = a,b,c,d,e,f,g,h
-- = ,1,,1,a,there,not,1
-- # GREATEST and LEAST: NULL where any is NULL
SELECT GREATEST(1, 2.5, 2) AS a, LEAST(1, 2.5, -2) AS b, GREATEST(1, NULL, 3) AS c, LEAST(NULL) AS d, GREATEST(5) AS e, LEAST(DATE '2025-01-31', DATE '2025-01-30') AS f
-- = a,b,c,d,e,f
-- = 2.5,-2.0,,,5,2025-01-30
-- # IN and CONTAINED_IN: without a match NULL where one of them is NULL, as NOT IN is
SELECT 1 IN (1, NULL) AS a, 2 IN (1, NULL) AS b, 2 NOT IN (1, 3) AS c, 2 NOT IN (1, NULL) AS d, NULL IN (1) AS e, CONTAINED_IN('b', 'a', 'b') AS f, CONTAINED_IN('c', 'a', 'b') AS g, 2 IN (SELECT 2 AS n) AS h, CUSTOM_PARAMETER('least') IN (CUSTOM_PARAMETER('ids')) AS i, 2 IN (CUSTOM_PARAMETER('ids')) AS j
-- = a,b,c,d,e,f,g,h,i,j
-- = true,,true,,,true,false,true,false,true
-- # NULL in logic and comparisons
SELECT NULL AND FALSE AS a, NULL OR TRUE AS b, NOT NULL AS c, NULL = NULL AS d, NULL IS NULL AS e, 1 IS NOT NULL AS f, NULL IS DISTINCT FROM NULL AS g, 1 IS DISTINCT FROM NULL AS h, NULL IS TRUE AS i, (1 = NULL) IS NOT FALSE AS j, 2 BETWEEN 1 AND NULL AS k, 3 BETWEEN 4 AND NULL AS l, 1 <> 2 AS m, 1 != 1 AS n
-- = a,b,c,d,e,f,g,h,i,j,k,l,m,n
-- = false,true,,,true,true,false,true,false,true,,false,true,false
