-- # where a text is in another
SELECT CHARINDEX('b', 'abcb') AS a, CHARINDEX('b', 'abcb', 3) AS b, LOCATE('x', 'abc') AS c, INSTR('abc', 'c') AS d, STRPOS('abc', 'a') AS e, POSITION('bc' IN 'abc') AS f, CHARINDEX('a', NULL) AS g
-- = a,b,c,d,e,f,g
-- = 2,4,0,3,1,2,
-- # texts put together: NULL makes all of it NULL
SELECT CONCAT('a', 1, 'b') AS a, CONCAT('a', NULL) AS b, 'x' || 2 AS c, CONCAT('one') AS d
-- = a,b,c,d
-- = a1b,,x2,one
-- # parts of a text
SELECT LEFT('hello', 2) AS a, RIGHT('hello', 3) AS b, LEFT('a', 5) AS c, RIGHT('hello', 0) AS d, SUBSTRING('hello', 2) AS e, SUBSTR('hello', 2, 3) AS f, SUBSTRING('hello' FROM 4 FOR 9) AS g, LEFT(NULL, 1) AS h
-- = a,b,c,d,e,f,g,h
-- = he,llo,a,"",ello,ell,lo,
-- # length, case, spaces
SELECT LENGTH('häuser') AS a, LOWER('ÄB') AS b, UPPER('äb') AS c, '[' || LTRIM('  a ') || ']' AS d, '[' || RTRIM(' a  ') || ']' AS e, '[' || TRIM('  a  ') || ']' AS f, TRIM(LEADING 'x' FROM 'xxaxx') AS g, TRIM(TRAILING 'x' FROM 'xxaxx') AS h, TRIM(BOTH 'x' FROM 'xxaxx') AS i, LENGTH(NULL) AS j
-- = a,b,c,d,e,f,g,h,i,j
-- = 6,äb,ÄB,[a ],[ a],[a],axx,xxa,a,
-- # regular expressions
SELECT REGEXP_REPLACE('a1b22', '[0-9]+', '#') AS a, REGEXP_REPLACE('john smith', '(\w+) (\w+)', '$2 $1') AS b, REGEXP_SUBSTR('abc123', '[0-9]+') AS c, REGEXP_SUBSTR('abc', '[0-9]+') AS d, ARRAY_TO_STRING(REGEXP_SPLIT('a,b;c', '[,;]'), '|') AS e, REGEXP_REPLACE(CAST(NULL AS VARCHAR), 'a', 'b') AS f
-- = a,b,c,d,e,f
-- = "a#b#",smith john,123,,a|b|c,
-- # replacing, and a map of a text
SELECT REPLACE('banana', 'an', 'x') AS a, STR_TO_MAP('k=v,m=n', ',', '=')['m'] AS b, STR_TO_MAP('k=v', ',', '=')['z'] AS c, CARDINALITY(STR_TO_MAP('k=v,m=n', ',', '=')) AS d
-- = a,b,c,d
-- = bxxa,n,,2
-- # a map with a key twice is NULL
SELECT 1 AS one, STR_TO_MAP('k=v,k=n', ',', '=')['k'] AS a
-- = one,a
-- = 1,
-- # numbers cut and rounded
SELECT ABS(-3) AS a, ABS(-2.5) AS b, CEIL(2.1) AS c, CEILING(-2.1) AS d, FLOOR(2.9) AS e, FLOOR(-2.1) AS f, ROUND(2.567, 2) AS g, ROUND(2.5) AS h, TRUNC(2.99) AS i, TRUNCATE(2.987, 2) AS j, TRUNC(-2.99) AS k, ABS(NULL) AS l
-- = a,b,c,d,e,f,g,h,i,j,k,l
-- = 3,2.5,3,-2,2,-3,2.570,3.0,2.00,2.980,-2.00,
-- # roots, powers and logarithms; NULL outside of their domain
SELECT SQRT(9) AS a, SQRT(-1) AS b, POWER(2, 10) AS c, LN(1) AS d, LN(0) AS e, LOG(2, 8) AS f, LOG(1, 8) AS g, LOG10(1000) AS h, EXP(0) AS i, ROUND(E(), 3) AS j, MOD(7, 4) AS k, MOD(7, 0) AS l, MOD(-7, 4) AS m
-- = a,b,c,d,e,f,g,h,i,j,k,l,m
-- = 3.0,,1024.0,0.0,,3.0,,3.0,1.0,2.718,3,,-3
-- # random values
SELECT RANDOM() >= 0 AND RAND() < 1 AS a, LENGTH(UUID()) AS b
-- = a,b
-- = true,36
-- # aggregates
WITH v (g, n) AS (VALUES ('a', 1), ('a', 2), ('b', 3), ('b', NULL), ('b', 6))
SELECT AVG(n) AS a, COUNT(n) AS b, MIN(n) AS c, MAX(n) AS d, SUM(n) AS e, CARDINALITY(COLLECT(n)) AS f, MIN(g) AS h, SUM(n) FILTER (WHERE g = 'c') AS i FROM v
-- = a,b,c,d,e,f,h,i
-- = 3.0,4,1,6,12,5,a,
-- # how values spread: of 2, 4, 4, 4, 5, 5, 7, 9
WITH v (n) AS (VALUES (2), (4), (4), (4), (5), (5), (7), (9))
SELECT STDDEV_POP(n) AS a, VAR_POP(n) AS b, ROUND(VAR_SAMP(n), 4) AS c, ROUND(STDDEV_SAMP(n), 4) AS d, ROUND(SKEWNESS(n), 4) AS e, ROUND(STDDEV(n), 4) AS f, ROUND(VARIANCE(n), 4) AS g FROM v
-- = a,b,c,d,e,f,g
-- = 2.0,4.0,4.5714,2.1381,0.8185,2.1381,4.5714
-- # percentiles, interpolated
WITH v (n) AS (VALUES (10), (20), (30), (40))
SELECT MEDIAN(n) AS a, PERCENTILE(n, 0.25) AS b, APPROX_PERCENTILE(n, 1.0) AS c FROM v
-- = a,b,c
-- = 25.0,17.5,40.0
-- # ranks
WITH v (n) AS (VALUES (5), (5), (7))
SELECT n, RANK() OVER (ORDER BY n) AS a, DENSE_RANK() OVER (ORDER BY n) AS b, ROW_NUMBER() OVER (PARTITION BY n ORDER BY n) + 0 * n AS c FROM v
-- = n,a,b,c
-- = 5,1,1,1
-- = 5,1,1,2
-- = 7,3,2,1
-- # parts of a time: 2025-03-02 is a Sunday, the first day
WITH v (t) AS (VALUES (TIMESTAMP '2025-03-02 14:35:56'))
SELECT YEAR(t) AS a, MONTH(t) AS b, DAYOFMONTH(t) AS c, HOUR(t) AS d, MINUTE(t) AS e, SECOND(t) AS f, DAYOFWEEK(t) AS g, WEEK(t) AS h, EXTRACT(QUARTER FROM t) AS i, EXTRACT(DAY FROM t) AS j, EXTRACT(DOW FROM t) AS k FROM v
-- = a,b,c,d,e,f,g,h,i,j,k
-- = 2025,3,2,14,35,56,1,9,1,2,1
-- # times cut, moved and compared
WITH v (t) AS (VALUES (TIMESTAMP '2025-03-05 14:35:56'))
SELECT DATE_TRUNC('month', t) AS a, DATE_TRUNC('week', t) AS b, CONVERT_TIME_ZONE_FROM_UTC(t, 'America/New_York') AS c, SECONDS_BETWEEN(t, TIMESTAMP '2025-03-05 14:36:00') AS d, SECONDS_BETWEEN(t, TIMESTAMP '2025-03-05 14:35:00') AS e, DATE_TRUNC('day', DATE '2025-03-05') AS f, YEAR(CAST(NULL AS DATE)) AS g FROM v
-- = a,b,c,d,e,f,g
-- = 2025-03-01 00:00:00,2025-03-03 00:00:00,2025-03-05 09:35:56,4,-56,2025-03-05 00:00:00,
-- # seconds and milliseconds since 1970, and today
SELECT EPOCH_TO_UTC_TIMESTAMP(1741185356) AS a, EPOCH_TO_UTC_TIMESTAMP(1741185356000) AS b, CURRENT_DATE AS c, CURRENT_TIMESTAMP AS d
-- = a,b,c,d
-- = 2025-03-05 14:35:56,2025-03-05 14:35:56,2025-01-12,2025-01-12 00:00:00.5
-- # conditions
SELECT COALESCE(NULL, 2, 3) AS a, IFNULL(NULL, 1) AS b, NVL(NULL, 'x') AS c, IF(1 = 1, 'yes', 'no') AS d, IF(NULL, 'yes', 'no') AS e, NULLIF(1, 1) AS f, NULLIF(1, 2) AS g, NVL2(NULL, 'there', 'not') AS h, GREATEST(1, 3, 2) AS i, LEAST(3, 1, 2) AS j, GREATEST(1, NULL) AS k, CONTAINED_IN(2, 1, 2) AS l
-- = a,b,c,d,e,f,g,h,i,j,k,l
-- = 2,1,x,yes,no,,1,not,3,1,,true
-- # arrays
SELECT ARRAY_TO_STRING(ARRAY_CAT(ARRAY['a'], ARRAY['b', 'a']), ',') AS a, ARRAY_CONTAINS(ARRAY[1, 2], 2) AS b, ARRAY_TO_STRING(ARRAY_COMPLEMENT(ARRAY['a', 'b', 'c'], ARRAY['b']), ',') AS c, ARRAY_TO_STRING(ARRAY_DISTINCT(ARRAY['b', 'a', 'b']), ',') AS d, ARRAY_TO_STRING(ARRAY_INTERSECT(ARRAY['a', 'b', 'b'], ARRAY['b', 'c']), ',') AS e
-- = a,b,c,d,e
-- = "a,b,a",true,"a,c","b,a",b
-- # arrays, continued
SELECT ARRAY_TO_STRING(ARRAY_REMOVE(ARRAY['a', 'b', 'a'], 'a'), ',') AS a, ARRAY_TO_STRING(ARRAY_SORT(ARRAY['c', 'a', 'b']), ',') AS b, ARRAY_TO_STRING(ARRAY_UNION(ARRAY['a', 'b'], ARRAY['b', 'c']), ',') AS c, CARDINALITY(ARRAY[1, 2, 3]) AS d, ARRAY_TO_STRING(FLATTEN(ARRAY[ARRAY['a'], ARRAY['b', 'c']]), ',') AS e, ARRAY[1, 2][3] AS f
-- = a,b,c,d,e,f
-- = b,"a,b,c","a,b,c",3,"a,b,c",
-- # hashes
SELECT MD5('abc') AS a, SHA1('abc') AS b, HASH64('abc') = HASH64('abc') AS c, HASH64('abc') = HASH64('abd') AS d, MD5(NULL) AS e
-- = a,b,c,d,e
-- = 900150983cd24fb0d6963f7d28e17f72,a9993e364706816aba3e25717850c26c9cd0d89d,true,false,
-- # bytes as text
SELECT FROM_VARBINARY(TO_VARBINARY('abc', 'utf-8'), 'hex') AS a, FROM_VARBINARY(TO_VARBINARY('YWJj', 'base64'), 'utf-8') AS b, FROM_VARBINARY(TO_VARBINARY('616263', 'hex'), 'base64') AS c, FROM_VARBINARY(TO_VARBINARY('zz', 'hex'), 'hex') AS d
-- = a,b,c,d
-- = 616263,abc,YWJj,
-- # JSON
SELECT JSON_EXTRACT('{"a": {"b": 7}}', '$.a.b') AS a, JSON_EXTRACT('{"a": "x"}', '$.a') AS b, JSON_EXTRACT('{"a": 1}', '$.z') AS c, JSON_EXTRACT('no json', '$.a') AS d, JSON_SERIALIZE(ARRAY[1, 2]) AS e, JSON_SERIALIZE(NAMED_ROW('k', 'v')) AS f
-- = a,b,c,d,e,f
-- = 7,x,,,"[1,2]","{""k"":""v""}"
-- # structs, exploded arrays, parameters
SELECT s.n AS n, EXPLODE(list) AS item, CUSTOM_PARAMETER('least') AS p, BUILT_IN_PARAMETER('TIME_WINDOW_START') AS t
FROM (SELECT NAMED_ROW('n', 5) AS s, ARRAY['x', 'y'] AS list)
-- = n,item,p,t
-- = 5,x,3,2025-01-01 00:00:00
-- = 5,y,3,2025-01-01 00:00:00
