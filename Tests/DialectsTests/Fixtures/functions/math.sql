-- # ABS, CEIL, FLOOR keep NULL; whole results of decimals are whole numbers, of doubles doubles
SELECT ABS(-7) AS a, ABS(-1.5) AS b, ABS(CAST(-1.5 AS DOUBLE)) AS c, CEIL(-0.5) AS d, CEIL(CAST(1.2 AS DOUBLE)) AS e, FLOOR(-0.5) AS f, FLOOR(7) AS g, CEIL(NULL) AS h, FLOOR(CAST(-1.2 AS DOUBLE)) AS i, CEIL(CAST(1.5 AS FLOAT)) AS j
-- = a,b,c,d,e,f,g,h,i,j
-- = 7,1.5,1.5,0,2.0,-1,7,,-2.0,2.0
-- # ROUND: half goes away from zero, digits below zero round tens
SELECT ROUND(2.5) AS a, ROUND(-2.5) AS b, ROUND(1.005, 2) AS c, ROUND(-1.005, 2) AS d, ROUND(1250, -2) AS e, ROUND(-1250, -2) AS f, ROUND(CAST(0.5 AS DOUBLE)) AS g, ROUND(CAST(1234.567 AS DOUBLE), -2) AS h, ROUND(CAST(2.675 AS DECIMAL(10,3)), 2) AS i, ROUND(NULL, 1) AS j, ROUND(5, 2) AS k, ROUND(149.9, -2) AS l
-- = a,b,c,d,e,f,g,h,i,j,k,l
-- = 3.0,-3.0,1.010,-1.010,1300,-1300,1.0,1200.0,2.680,,5,100.0
-- # TRUNC cuts towards zero, exactly
SELECT TRUNC(0.29, 2) AS a, TRUNC(CAST(0.29 AS DOUBLE), 2) AS b, TRUNC(-2.987, 2) AS c, TRUNC(CAST(-2.987 AS DOUBLE), 2) AS d, TRUNC(1299, -2) AS e, TRUNC(CAST(1299.9 AS DOUBLE), -2) AS f, TRUNC(-0.5) AS g, TRUNC(1.5, 5) AS h, TRUNC(NULL) AS i, TRUNC(1.23, NULL) AS j, TRUNC(CAST(8.35 AS DOUBLE), 1) AS k, TRUNC(CAST(4.35 AS DOUBLE), 2) AS l
-- = a,b,c,d,e,f,g,h,i,j,k,l
-- = 0.29,0.29,-2.980,-2.98,1200,1200.0,0.0,1.5,,,8.3,4.35
-- # EXP, LN, LOG, LOG10, POWER, SQRT, E: doubles, NULL outside of their domain
SELECT EXP(1) = E() AS a, LN(E()) AS b, LN(-1) AS c, LOG(10, 1000) AS d, LOG(2, 8) AS e, LOG(3, 81) AS f, LOG(0.5, 8) AS g, LOG(10, 0) AS h, LOG(-2, 8) AS i, LOG(0, 8) AS j, LOG10(0.01) AS k, LOG10(0) AS l, POWER(2, -1) AS m, POWER(9, 0.5) AS n, SQRT(2.25) AS o, SQRT(-0.1) AS p, POWER(0, 0) AS q
-- = a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q
-- = true,1.0,,3.0,3.0,4.0,-3.0,,,,-2.0,,0.5,3.0,1.5,,1.0
-- # of NULL
SELECT ABS(NULL) AS a, EXP(NULL) AS b, LN(NULL) AS c, LOG(NULL, 2) AS d, LOG(2, NULL) AS e, LOG10(NULL) AS f, POWER(NULL, 2) AS g, POWER(2, NULL) AS h, SQRT(NULL) AS i, MOD(NULL, 2) AS j, MOD(7, NULL) AS k
-- = a,b,c,d,e,f,g,h,i,j,k
-- = ,,,,,,,,,,
-- # RANDOM and UUID: another value for each row
WITH v (n) AS (VALUES (1), (2), (3), (4), (5))
SELECT COUNT(DISTINCT r) AS a, COUNT(DISTINCT u) AS b, MIN(r) >= 0 AND MAX(r) < 1 AS c, COUNT(*) FILTER (WHERE u SIMILAR TO '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}') AS d FROM (SELECT RANDOM() AS r, UUID() AS u FROM v)
-- = a,b,c,d
-- = 5,5,true,5
-- # whole numbers that grow too large are NULL, products of decimals are doubles
SELECT 9223372036854775807 + 1 AS a, 9223372036854775807 * 2 AS b, -9223372036854775807 - 2 AS c, 1.5 * 1.5 AS d, ABS(-9223372036854775807 - 1) AS e, 0.1 + 0.2 AS f, 10 / 4 AS g, 10.0 / 4 AS h, -7 / 2 AS i, 1 - 0.9 AS j
-- = a,b,c,d,e,f,g,h,i,j
-- = ,,,2.25,,0.3,2.5,2.5,-3.5,0.1
-- # the remainder has the sign of the first
SELECT MOD(7, 3) AS a, MOD(-7, 3) AS b, MOD(7, -3) AS c, MOD(7, 0) AS d, -7 % 3 AS e, 5.5 % 2 AS f, 5 % 0 AS g
-- = a,b,c,d,e,f,g
-- = 1,-1,1,,-1,1.5,
