-- # ARRAY_CAT keeps order and duplicates; NULL for NULL
SELECT ARRAY_TO_STRING(ARRAY_CAT(ARRAY[2, 1], ARRAY[1, 3]), ',') AS a, CARDINALITY(ARRAY_CAT(ARRAY[1, NULL], ARRAY[NULL])) AS b, ARRAY_CAT(ARRAY[1], NULL) IS NULL AS c, CARDINALITY(ARRAY_CAT(ARRAY[], ARRAY[1])) AS d
-- = a,b,c,d
-- = "2,1,1,3",3,true,1
-- # ARRAY_CONTAINS
SELECT ARRAY_CONTAINS(ARRAY[1, 2], 2) AS a, ARRAY_CONTAINS(ARRAY[1, NULL], 2) AS b, ARRAY_CONTAINS(ARRAY[1, NULL], NULL) AS c, ARRAY_CONTAINS(NULL, 1) AS d, ARRAY_CONTAINS(ARRAY['a'], 'A') AS e, ARRAY_CONTAINS(ARRAY[1, 2], 2.0) AS f
-- = a,b,c,d,e,f
-- = true,false,,,false,true
-- # ARRAY_COMPLEMENT: all of the first that is not in the second, NULL like any value
SELECT ARRAY_TO_STRING(ARRAY_COMPLEMENT(ARRAY[3, 1, 3, 2], ARRAY[2]), ',') AS a, CARDINALITY(ARRAY_COMPLEMENT(ARRAY[1, NULL], ARRAY[1])) AS b, CARDINALITY(ARRAY_COMPLEMENT(ARRAY[1, NULL], ARRAY[NULL])) AS c, ARRAY_COMPLEMENT(ARRAY[1], NULL) IS NULL AS d, CARDINALITY(ARRAY_COMPLEMENT(ARRAY[1], ARRAY[1])) AS e
-- = a,b,c,d,e
-- = "3,1,3",1,1,true,0
-- # ARRAY_DISTINCT keeps the order of first places, one NULL too
SELECT ARRAY_TO_STRING(ARRAY_DISTINCT(ARRAY['b', 'a', 'b', 'c', 'a']), ',') AS a, CARDINALITY(ARRAY_DISTINCT(ARRAY[1, NULL, NULL, 1])) AS b, ARRAY_DISTINCT(NULL) IS NULL AS c
-- = a,b,c
-- = "b,a,c",2,true
-- # ARRAY_INTERSECT: once each, in the order of the first
SELECT ARRAY_TO_STRING(ARRAY_INTERSECT(ARRAY[3, 1, 3, 2], ARRAY[2, 3]), ',') AS a, CARDINALITY(ARRAY_INTERSECT(ARRAY[1, NULL], ARRAY[NULL, 2])) AS b, CARDINALITY(ARRAY_INTERSECT(ARRAY[1], ARRAY[2])) AS c, ARRAY_INTERSECT(ARRAY[1], NULL) IS NULL AS d
-- = a,b,c,d
-- = "3,2",1,0,true
-- # ARRAY_REMOVE
SELECT ARRAY_TO_STRING(ARRAY_REMOVE(ARRAY[1, 2, 1, 3], 1), ',') AS a, CARDINALITY(ARRAY_REMOVE(ARRAY[1, NULL], NULL)) AS b, CARDINALITY(ARRAY_REMOVE(ARRAY[1, NULL], 1)) AS c, ARRAY_REMOVE(NULL, 1) IS NULL AS d
-- = a,b,c,d
-- = "2,3",1,1,true
-- # ARRAY_SORT: rising, NULLs last
SELECT ARRAY_TO_STRING(ARRAY_SORT(ARRAY[10, 9, 2]), ',') AS a, ARRAY_TO_STRING(ARRAY_SORT(ARRAY['b', 'a', 'B']), ',') AS b, ARRAY_SORT(ARRAY[2, NULL, 1])[3] IS NULL AS c, ARRAY_SORT(ARRAY[2, NULL, 1])[1] AS d
-- = a,b,c,d
-- = "2,9,10","B,a,b",true,1
-- # ARRAY_TO_STRING leaves NULLs out
SELECT ARRAY_TO_STRING(ARRAY['a', NULL, 'b'], '-') AS a, ARRAY_TO_STRING(ARRAY[1.5, 2], '; ') AS b, ARRAY_TO_STRING(ARRAY[], ',') AS c, ARRAY_TO_STRING(NULL, ',') AS d, ARRAY_TO_STRING(ARRAY['a'], NULL) AS e
-- = a,b,c,d,e
-- = a-b,1.5; 2.0,"",,
-- # ARRAY_UNION: once each, in the order of first places
SELECT ARRAY_TO_STRING(ARRAY_UNION(ARRAY[2, 1, 2], ARRAY[3, 1]), ',') AS a, CARDINALITY(ARRAY_UNION(ARRAY[NULL, 1], ARRAY[NULL])) AS b, ARRAY_UNION(NULL, ARRAY[1]) IS NULL AS c
-- = a,b,c
-- = "2,1,3",2,true
-- # CARDINALITY of arrays and maps
SELECT CARDINALITY(ARRAY[1, NULL]) AS a, CARDINALITY(ARRAY[]) AS b, CARDINALITY(NULL) AS c, CARDINALITY(STR_TO_MAP('a=1,b=2', ',', '=')) AS d, CARDINALITY(FLATTEN(ARRAY[ARRAY[1, 2], ARRAY[3]])) AS e
-- = a,b,c,d,e
-- = 2,0,,2,3
-- # FLATTEN takes one level away
SELECT ARRAY_TO_STRING(FLATTEN(ARRAY[ARRAY[2, 1], ARRAY[1]]), ',') AS a, CARDINALITY(FLATTEN(ARRAY[ARRAY[1, NULL], ARRAY[NULL]])) AS b, CARDINALITY(FLATTEN(ARRAY[ARRAY[ARRAY[1], ARRAY[2]], ARRAY[ARRAY[3]]])) AS c
-- = a,b,c
-- = "2,1,1",3,3
-- # elements are counted from 1; there is none at 0, below, and behind the end
SELECT ARRAY[7, 8][1] AS a, ARRAY[7, 8][2] AS b, ARRAY[7, 8][0] AS c, ARRAY[7, 8][-1] AS d, ARRAY[7, 8][3] AS e, ARRAY[7, 8][NULL] AS f, ARRAY[ARRAY[1, 2]][1][2] AS g
-- = a,b,c,d,e,f,g
-- = 7,8,,,,,2
-- # EXPLODE: a row for each element, also for NULL, none for an empty array or NULL
WITH v (g, l) AS (VALUES ('a', ARRAY[1, 2]), ('b', ARRAY[NULL]), ('c', CAST(NULL AS ARRAY<INTEGER>)), ('d', ARRAY_REMOVE(ARRAY[1], 1)))
SELECT g, EXPLODE(l) AS e FROM v
-- = g,e
-- = a,1
-- = a,2
-- = b,
-- # what is exploded is aggregated outside
WITH v (g, l) AS (VALUES ('a', ARRAY[1, 2]), ('b', ARRAY[2, 2]))
SELECT e, COUNT(*) AS n, COUNT(DISTINCT g) AS m FROM (SELECT g, EXPLODE(l) AS e FROM v) GROUP BY e
-- = e,n,m
-- = 1,1,1
-- = 2,3,2
-- # NAMED_ROW: a struct whose fields have names
WITH v (n) AS (VALUES (NAMED_ROW('a', 1, 'b', 'x')), (NAMED_ROW('a', NULL, 'b', 'y')))
SELECT n.a AS a, v.n.b AS b, JSON_SERIALIZE(n) AS c FROM v
-- = a,b,c
-- = 1,x,"{""a"":1,""b"":""x""}"
-- = ,y,"{""a"":null,""b"":""y""}"
