-- # ranks with ties and NULLs: NULL is the largest
WITH v (n) AS (VALUES (10), (20), (20), (30), (NULL))
SELECT n, RANK() OVER (ORDER BY n) AS a, DENSE_RANK() OVER (ORDER BY n) AS b, RANK() OVER (ORDER BY n DESC) AS c FROM v
-- = n,a,b,c
-- = 10,1,1,5
-- = 20,2,2,3
-- = 20,2,2,3
-- = 30,4,3,2
-- = ,5,4,1
-- # NULLS FIRST and LAST
WITH v (n) AS (VALUES (1), (NULL))
SELECT n, ROW_NUMBER() OVER (ORDER BY n NULLS FIRST) AS a, ROW_NUMBER() OVER (ORDER BY n DESC NULLS LAST) AS b FROM v
-- = n,a,b
-- = 1,2,1
-- = ,1,2
-- # aggregates over windows: all rows, up to the peers of the row, frames
WITH v (g, n) AS (VALUES ('a', 1), ('a', 2), ('a', 2), ('b', 5))
SELECT g, n, SUM(n) OVER () AS a, SUM(n) OVER (PARTITION BY g) AS b, SUM(n) OVER (PARTITION BY g ORDER BY n) AS c, COUNT(*) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS d, AVG(n) OVER (PARTITION BY g) AS e FROM v
-- = g,n,a,b,c,d,e
-- = a,1,10,5,1,4,1.6666666666666667
-- = a,2,10,5,5,4,1.6666666666666667
-- = a,2,10,5,5,4,1.6666666666666667
-- = b,5,10,5,5,4,5.0
-- # frames of rows
WITH v (n) AS (VALUES (1), (2), (3), (4))
SELECT n, SUM(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a, SUM(n) OVER (ORDER BY n ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS b, MAX(n) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS c, COUNT(*) OVER (ORDER BY n RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS d FROM v
-- = n,a,b,c,d
-- = 1,1,5,1,4
-- = 2,3,7,2,3
-- = 3,5,4,3,2
-- = 4,7,,4,1
-- # a window with a name, in two places; ORDER BY may come first
WITH v (g, n) AS (VALUES ('a', 3), ('a', 1), ('b', 2))
SELECT g, n, ROW_NUMBER() OVER w AS a, SUM(n) OVER w AS b FROM v WINDOW w AS (ORDER BY n PARTITION BY g)
-- = g,n,a,b
-- = a,1,1,1
-- = a,3,2,4
-- = b,2,1,2
-- # over groups: the window's parts are aggregates
WITH v (g, n) AS (VALUES ('a', 1), ('a', 2), ('b', 9), ('c', 3))
SELECT g, SUM(n) AS total, RANK() OVER (ORDER BY SUM(n) DESC) AS place, SUM(SUM(n)) OVER () AS all_of_it FROM v GROUP BY g
-- = g,total,place,all_of_it
-- = b,9,1,15
-- = a,3,2,15
-- = c,3,2,15
-- # FILTER within a window, and a window without rows
WITH v (n) AS (VALUES (1), (2), (3))
SELECT n, COUNT(*) FILTER (WHERE n > 1) OVER () AS a, SUM(n) OVER (ORDER BY n ROWS BETWEEN 5 PRECEDING AND 4 PRECEDING) AS b FROM v
-- = n,a,b
-- = 1,2,
-- = 2,2,
-- = 3,2,
-- # a group key that a window makes: it is computed over the rows, before there are groups
WITH v (u, n) AS (VALUES (1, 1), (2, 2), (3, 9))
SELECT CASE WHEN n >= (AVG(n) OVER ()) THEN 'high' ELSE 'low' END AS level, COUNT(*) AS c, SUM(n) AS total, SUM(SUM(n)) OVER () AS all_of_it FROM v GROUP BY 1
-- = level,c,total,all_of_it
-- = high,1,9,12
-- = low,2,3,12
-- # tiles and relative ranks
WITH v (n) AS (VALUES (1), (2), (3), (4), (5))
SELECT n, NTILE(2) OVER (ORDER BY n) AS a, NTILE(10) OVER (ORDER BY n DESC) AS b, PERCENT_RANK() OVER (ORDER BY n) AS c FROM v
-- = n,a,b,c
-- = 1,1,5,0.0
-- = 2,1,4,0.25
-- = 3,1,3,0.5
-- = 4,2,2,0.75
-- = 5,2,1,1.0
