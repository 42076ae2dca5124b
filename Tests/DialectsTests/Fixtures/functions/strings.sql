-- # CHARINDEX, LOCATE: where to begin counts from 1, less is 1; nothing is found at once
SELECT CHARINDEX('b', 'abcb', 2) AS a, CHARINDEX('b', 'abcb', 3) AS b, CHARINDEX('b', 'abcb', 0) AS c, CHARINDEX('b', 'abcb', -5) AS d, CHARINDEX('b', 'abcb', 9) AS e, CHARINDEX('', 'abc') AS f, CHARINDEX('b', 'abcb', NULL) AS g, LOCATE('é', 'caféé', 5) AS h, CHARINDEX(NULL, 'a') AS i
-- = a,b,c,d,e,f,g,h,i
-- = 2,4,2,2,0,1,,5,
-- # CONCAT and ||: any NULL gives NULL; numbers, dates and booleans are written out
SELECT CONCAT(1, '-', 2.50, '-', TRUE, '-', DATE '2025-01-31') AS a, 'a' || NULL AS b, CONCAT('', '') AS c, CONCAT(NULL) AS d, 1 || 2 AS e, TIMESTAMP '2025-01-31 12:00:00' || '' AS f
-- = a,b,c,d,e,f
-- = 1-2.50-true-2025-01-31,,"",,12,2025-01-31 12:00:00
-- # INSTR, STRPOS, POSITION: by characters, with case
SELECT INSTR('ABC', 'b') AS a, INSTR('größe', 'ß') AS b, STRPOS('', 'x') AS c, STRPOS('x', '') AS d, POSITION('x' IN NULL) AS e, POSITION(NULL IN 'x') AS f
-- = a,b,c,d,e,f
-- = 0,4,0,1,,
-- # LEFT, RIGHT: no more than there is, nothing for zero or less, NULL for NULL
SELECT LEFT('abc', 0) AS a, LEFT('abc', -1) AS b, RIGHT('abc', -1) AS c, LEFT('äöü', 2) AS d, RIGHT('äöü', 2) AS e, LEFT('abc', NULL) AS f, RIGHT(NULL, 1) AS g, RIGHT('abc', 9) AS h
-- = a,b,c,d,e,f,g,h
-- = "","","",äö,öü,,,abc
-- # LENGTH counts characters
SELECT LENGTH('') AS a, LENGTH('   ') AS b, LENGTH('日本') AS c, LENGTH('a😀') AS d
-- = a,b,c,d
-- = 0,3,2,2
-- # LOWER, UPPER: beyond ASCII too, NULL for NULL
SELECT LOWER('ÀÉΩ') AS a, UPPER('àéω') AS b, LOWER(NULL) AS c, UPPER('') AS d
-- = a,b,c,d
-- = àéω,ÀÉΩ,,""
-- # LTRIM and RTRIM remove spaces of all kinds, TRIM spaces or the characters it is given
WITH v (s) AS (VALUES (CONCAT('	 ', 'a b', ' 	')))
SELECT '[' || LTRIM(s) || ']' = '[a b 	]' AS a, '[' || RTRIM(s) || ']' = '[	 a b]' AS b, '[' || TRIM(' x ') || ']' AS c, TRIM(BOTH 'xy' FROM 'xyxaxyb_yx') AS d, TRIM(LEADING FROM '  a ') = 'a ' AS e, TRIM(NULL) AS f, TRIM(BOTH 'x' FROM 'xxx') AS g, LTRIM('') AS h FROM v
-- = a,b,c,d,e,f,g,h
-- = true,true,[x],axyb_,true,,"",""
-- # REPLACE: all occurrences, by characters with case; nothing is not replaced
SELECT REPLACE('aAa', 'a', 'b') AS a, REPLACE('aaa', 'aa', 'b') AS b, REPLACE('abc', 'b', '') AS c, REPLACE('abc', '', 'x') AS d, REPLACE(NULL, 'a', 'b') AS e, REPLACE('a', NULL, 'b') AS f, REPLACE('a', 'a', NULL) AS g
-- = a,b,c,d,e,f,g
-- = bAb,ba,ac,abc,,,
-- # STR_TO_MAP: the value is all behind the first delimiter, NULL where there is none
SELECT STR_TO_MAP('a=1=2&b&c=', '&', '=')['a'] AS a, STR_TO_MAP('a=1&b', '&', '=')['b'] AS b, STR_TO_MAP('a=1&c=', '&', '=')['c'] AS c, CARDINALITY(STR_TO_MAP('a=1&b', '&', '=')) AS d, STR_TO_MAP('k::v;l::w', ';', '::')['l'] AS e, STR_TO_MAP(NULL, '&', '=')['a'] AS f, STR_TO_MAP('a=1', '&', '=')['A'] AS g
-- = a,b,c,d,e,f,g
-- = 1=2,,"",2,w,,
-- # SUBSTRING: from 1; below zero counts from the end; a length below zero is none
SELECT SUBSTRING('hello', 1, 2) AS a, SUBSTRING('hello', 5) AS b, SUBSTRING('hello', 6) AS c, SUBSTRING('hello', 2, 0) AS d, SUBSTRING('hello', 2, -1) AS e, SUBSTRING('hello', -3) AS f, SUBSTRING('hello' FROM 2 FOR 100) AS g, SUBSTRING('größe', 3, 2) AS h, SUBSTRING(NULL, 1) AS i, SUBSTR('hello', NULL) AS j, SUBSTRING('hello', 1, NULL) AS k
-- = a,b,c,d,e,f,g,h,i,j,k
-- = he,o,"","","",llo,ello,öß,,,
-- # LIKE: % and _ and a character to escape them; the whole text, with case
SELECT 'abc' LIKE 'a%' AS a, 'abc' LIKE '_b_' AS b, 'abc' LIKE 'b' AS c, 'ABC' LIKE 'a%' AS d, '50%' LIKE '50!%' ESCAPE '!' AS e, '500' LIKE '50!%' ESCAPE '!' AS f, 'a' NOT LIKE 'b%' AS g, NULL LIKE 'a' AS h, 'a_c' LIKE 'a\_c' ESCAPE '\' AS i, '' LIKE '%' AS j
-- = a,b,c,d,e,f,g,h,i,j
-- = true,true,false,false,true,false,true,,true,true
-- # SIMILAR TO: Java's regular expressions, the whole text
SELECT 'BRAND_A x' SIMILAR TO '^BRAND_A.*' AS a, 'x BRAND_A' SIMILAR TO 'BRAND_A' AS b, 'x' NOT SIMILAR TO 'y' AS c, NULL SIMILAR TO 'a' AS d, 'a' SIMILAR TO NULL AS e, 'Toaster' SIMILAR TO '(?i)^toast.*' AS f, 'men''s' SIMILAR TO 'men''s' AS g, '' SIMILAR TO '' AS h
-- = a,b,c,d,e,f,g,h
-- = true,false,true,,,true,true,true
-- # REGEXP_SPLIT keeps empty parts
SELECT CARDINALITY(REGEXP_SPLIT('a,,b,', ',')) AS a, ARRAY_TO_STRING(REGEXP_SPLIT('a1b22c', '[0-9]+'), '|') AS b, CARDINALITY(REGEXP_SPLIT('', ',')) AS c, CARDINALITY(REGEXP_SPLIT(NULL, ',')) AS d, REGEXP_SPLIT('a-b', '-')[2] AS e
-- = a,b,c,d,e
-- = 4,a|b|c,1,,b
-- # REGEXP_REPLACE and REGEXP_SUBSTR of NULL
SELECT REGEXP_REPLACE('a', NULL, 'b') AS a, REGEXP_REPLACE('a', 'a', NULL) AS b, REGEXP_SUBSTR(NULL, 'a') AS c, REGEXP_SUBSTR('', 'a*') = '' AS d, REGEXP_SUBSTR('campaign 2025 / 17', '(\d+)\s*/') AS e
-- = a,b,c,d,e
-- = ,,,true,2025 /
