-- # values in a WITH with column names
WITH v (name, n) AS (VALUES ('a', 1), ('b', 2))
SELECT name, n + 1 AS next FROM v
-- = name,next
-- = a,2
-- = b,3
-- # several WITH, one reading another, both comment styles
WITH a AS (SELECT 1 AS x), -- the first
  b AS (SELECT x + 1 AS y FROM a) /* the second,
  over two lines */
SELECT y FROM b
-- = y
-- = 2
-- # WITH inside of a subquery hides the outer one
WITH a AS (SELECT 1 AS x)
SELECT x FROM (WITH a AS (SELECT 2 AS x) SELECT x FROM a)
-- = x
-- = 2
-- # UNION without ALL removes duplicates
SELECT 1 AS x UNION SELECT 1 UNION SELECT 2
-- = x
-- = 1
-- = 2
-- # UNION ALL keeps them, UNION DISTINCT is UNION
SELECT 1 AS x UNION ALL SELECT 1 UNION ALL SELECT 2
-- = x
-- = 1
-- = 1
-- = 2
-- # quoted names keep what they say
SELECT "select" AS "Group by" FROM (SELECT 7 AS "select")
-- = Group by
-- = 7
-- # quotes inside of quotes
SELECT 'it''s' AS "a ""b"""
-- = "a ""b"""
-- = it's
-- # CASE with and without an operand
SELECT CASE n WHEN 1 THEN 'one' ELSE 'more' END AS a, CASE WHEN n > 1 THEN 'big' END AS b
FROM (SELECT 1 AS n UNION ALL SELECT 2)
-- = a,b
-- = one,
-- = more,big
-- # IN with a list, NOT IN, BETWEEN, LIKE, SIMILAR TO
WITH v (s, n) AS (VALUES ('apple', 1), ('pear', 5), ('Plum', 9))
SELECT s, n IN (1, 5) AS a, n NOT IN (1) AS b, n BETWEEN 2 AND 6 AS c, s LIKE '_p%' AS d, s SIMILAR TO '[A-Z].*' AS e FROM v
-- = s,a,b,c,d,e
-- = apple,true,false,false,true,false
-- = pear,true,true,true,false,false
-- = Plum,false,true,false,false,true
-- # IS NULL, IS TRUE, IS DISTINCT FROM
SELECT NULL IS NULL AS a, (1 = 2) IS NOT TRUE AS b, NULL IS DISTINCT FROM 1 AS c, 1 IS NOT DISTINCT FROM 1 AS d
-- = a,b,c,d
-- = true,true,true,true
-- # AND binds before OR, NOT before AND
SELECT TRUE OR FALSE AND FALSE AS a, NOT FALSE AND FALSE AS b, 2 + 3 * 4 AS c, -(2) - -3 AS d
-- = a,b,c,d
-- = true,false,14,1
-- # a scalar subquery and IN with a query
WITH v (n) AS (VALUES (1), (2), (3))
SELECT n, (SELECT MAX(n) FROM v) AS top FROM v WHERE n IN (SELECT n FROM v WHERE n > 1)
-- = n,top
-- = 2,3
-- = 3,3
-- # joins: inner, left, full, cross and comma
WITH a (x) AS (VALUES (1), (2)), b (x) AS (VALUES (2), (3))
SELECT 'inner' AS kind, COUNT(*) AS n FROM a JOIN b ON a.x = b.x
UNION ALL SELECT 'left', COUNT(*) FROM a LEFT JOIN b ON a.x = b.x
UNION ALL SELECT 'full', COUNT(*) FROM a FULL OUTER JOIN b ON a.x = b.x
UNION ALL SELECT 'cross', COUNT(*) FROM a CROSS JOIN b
UNION ALL SELECT 'comma', COUNT(*) FROM a, b WHERE a.x < b.x
-- = kind,n
-- = inner,1
-- = left,2
-- = full,3
-- = cross,4
-- = comma,3
-- # USING makes one column of two
WITH a (k, x) AS (VALUES (1, 'a'), (2, 'b')), b (k, y) AS (VALUES (2, 'c'), (3, 'd'))
SELECT k, x, y FROM a FULL OUTER JOIN b USING (k)
-- = k,x,y
-- = 1,a,
-- = 2,b,c
-- = 3,,d
-- # GROUP BY an ordinal, an alias and an expression; HAVING with an alias
WITH v (s, n) AS (VALUES ('a', 1), ('A', 2), ('b', 3))
SELECT UPPER(s) AS letter, n > 1 AS big, SUM(n) AS total FROM v GROUP BY 1, big HAVING total > 1
-- = letter,big,total
-- = A,true,2
-- = B,true,3
-- # SELECT DISTINCT
SELECT DISTINCT n % 2 AS odd FROM (SELECT 1 AS n UNION ALL SELECT 3 UNION ALL SELECT 4)
-- = odd
-- = 1
-- = 0
-- # aggregates with DISTINCT and FILTER
WITH v (n) AS (VALUES (1), (1), (2), (NULL))
SELECT COUNT(*) AS a, COUNT(n) AS b, COUNT(DISTINCT n) AS c, SUM(n) FILTER (WHERE n > 1) AS d, AVG(n) AS e FROM v
-- = a,b,c,d,e
-- = 4,3,2,2,1.3333333333333333
-- # windows, inline and named, with a frame
WITH v (g, n) AS (VALUES ('a', 1), ('a', 2), ('b', 5))
SELECT g, n, RANK() OVER w AS r, SUM(n) OVER (PARTITION BY g ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s
FROM v WINDOW w AS (PARTITION BY g ORDER BY n DESC)
-- = g,n,r,s
-- = a,1,2,1
-- = a,2,1,3
-- = b,5,1,5
-- # arrays and structs
SELECT ARRAY[3, 1, 2][1] AS first, CARDINALITY(ARRAY['a', 'b']) AS n, s.inner_name AS x
FROM (SELECT NAMED_ROW('inner_name', 'deep', 'other', 1) AS s)
-- = first,n,x
-- = 3,2,deep
-- # EXPLODE makes a row of each element
SELECT name, EXPLODE(list) AS item FROM (SELECT 'x' AS name, ARRAY[1, 2] AS list)
-- = name,item
-- = x,1
-- = x,2
-- # CAST gives NULL for what does not fit, and cuts towards zero
SELECT CAST('12' AS INTEGER) AS a, CAST('x' AS INTEGER) AS b, CAST(2.7 AS BIGINT) AS c, CAST(-2.7 AS BIGINT) AS d, CAST(5 AS VARCHAR) AS e
-- = a,b,c,d,e
-- = 12,,2,-2,5
-- # now and today are the time of the run
SELECT CAST('today' AS DATE) AS d, CAST('now' AS TIMESTAMP) AS t, CURRENT_DATE AS c
-- = d,t,c
-- = 2025-01-12,2025-01-12 00:00:00.5,2025-01-12
-- # parameters
SELECT CUSTOM_PARAMETER('campaign') AS a, 2 IN (CUSTOM_PARAMETER('ids')) AS b, CUSTOM_PARAMETER('least') + 1 AS c,
  BUILT_IN_PARAMETER('TIME_WINDOW_START') AS d, BUILT_IN_PARAMETER('TIME_WINDOW_END') AS e
-- = a,b,c,d,e
-- = campaign 1,true,4,2025-01-01 00:00:00,2025-01-11 00:00:00
-- # all columns of one table expression
WITH v (a, b) AS (VALUES (1, 2))
SELECT v.*, a + b AS c FROM v
-- = a,b,c
-- = 1,2,3
-- # a number meets a string column as its digits
WITH v (s) AS (VALUES ('1'), ('2'))
SELECT s FROM v WHERE s IN (1, 3)
-- = s
-- = 1
-- # a semicolon may end the query
SELECT 1 AS x;
-- = x
-- = 1
-- # dividing gives a fraction, dividing by zero gives NULL
SELECT 1 / 4 AS a, 1 / 0 AS b, 7 % 4 AS c
-- = a,b,c
-- = 0.25,,3
-- # scalar queries as operands, in parentheses of their own
SELECT ((SELECT 4) / 2) AS a, ((SELECT 4)) AS b, 1 IN ((SELECT 1), 2) AS c, 1 IN ((SELECT 1)) AS d, ((SELECT 1) + (SELECT 2)) * 2 AS e
-- = a,b,c,d,e
-- = 2.0,4,true,true,6
-- # a subquery and a join in parentheses
WITH b (x) AS (VALUES (1), (2))
SELECT a.x FROM ((SELECT 1 AS x) a JOIN b ON a.x = b.x)
-- = x
-- = 1
-- # parts of a UNION in parentheses
SELECT x FROM ((SELECT 1 AS x) UNION ALL (SELECT 2)) t
-- = x
-- = 1
-- = 2
