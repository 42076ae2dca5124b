-- # to whole numbers: fractions are cut, what does not fit is NULL
SELECT CAST(2.9 AS INTEGER) AS a, CAST(-2.9 AS BIGINT) AS b, CAST('12.9' AS INT) AS c, CAST('-12.9' AS BIGINT) AS d, CAST(CAST(2.9 AS DOUBLE) AS SMALLINT) AS e, CAST(300 AS TINYINT) AS f, CAST('x' AS BIGINT) AS g, CAST(' 7 ' AS INTEGER) AS h, CAST(TRUE AS INTEGER) AS i, CAST('9223372036854775807' AS BIGINT) AS j, CAST('9223372036854775808' AS BIGINT) AS k, CAST('' AS INTEGER) AS l
-- = a,b,c,d,e,f,g,h,i,j,k,l
-- = 2,-2,12,-12,2,,,7,1,9223372036854775807,,
-- # to decimals and doubles
SELECT CAST('1.005' AS DECIMAL(10, 2)) AS a, CAST(2.345 AS DECIMAL(10, 2)) AS b, CAST(1e10 AS DECIMAL(5, 2)) AS c, CAST('1e3' AS DOUBLE) AS d, CAST(1 AS DECIMAL) AS e, CAST('1.5' AS REAL) AS f, CAST(0.1 AS FLOAT) AS g, CAST('abc' AS DOUBLE) AS h
-- = a,b,c,d,e,f,g,h
-- = 1.01,2.35,,1000.0,1,1.5,0.1,
-- # to texts
SELECT CAST(1.50 AS VARCHAR) AS a, CAST(TRUE AS CHAR) AS b, CAST(DATE '2025-01-31' AS VARCHAR) AS c, CAST(TIMESTAMP '2025-01-31 12:00:00' AS VARCHAR) AS d, CAST(CAST(0.5 AS DOUBLE) AS SYMBOL) AS e, CAST(NULL AS VARCHAR) AS f, CAST(12 AS STRING) AS g
-- = a,b,c,d,e,f,g
-- = 1.50,true,2025-01-31,2025-01-31 12:00:00,0.5,,12
-- # to times
SELECT CAST('2025-01-31' AS DATE) AS a, CAST(SUBSTRING('2025-02-30', 1) AS DATE) AS b, CAST('2025-01-31 12:34:56' AS TIMESTAMP) AS c, CAST(TIMESTAMP '2025-01-31 12:00:00' AS DATE) AS d, CAST(DATE '2025-01-31' AS TIMESTAMP) AS e, CAST('2025-01-31T12:34:56Z' AS TIMESTAMP) AS f, CAST('2025-01-31 12:00:00' AS DATE) AS g, CAST('soon' AS TIMESTAMP) AS h
-- = a,b,c,d,e,f,g,h
-- = 2025-01-31,,2025-01-31 12:34:56,2025-01-31,2025-01-31 00:00:00,2025-01-31 12:34:56,2025-01-31,
-- # to booleans
SELECT CAST('true' AS BOOLEAN) AS a, CAST('FALSE' AS BOOLEAN) AS b, CAST(0 AS BOOLEAN) AS c, CAST(2 AS BOOLEAN) AS d, CAST('maybe' AS BOOLEAN) AS e
-- = a,b,c,d,e
-- = true,false,false,true,
-- # to arrays, element by element
SELECT CAST(ARRAY['1', 'x'] AS ARRAY<INTEGER>)[1] AS a, CAST(ARRAY['1', 'x'] AS ARRAY<INTEGER>)[2] AS b, CARDINALITY(CAST(ARRAY[1, 2] AS ARRAY<VARCHAR>)) AS c, ARRAY_TO_STRING(CAST(ARRAY[1, 2] AS VARCHAR ARRAY), '') AS d
-- = a,b,c,d
-- = 1,,2,12
-- # to structs, part by part
SELECT t.s.a AS a, t.s.b AS b, t.n.a IS NULL AS c FROM (SELECT CAST(NAMED_ROW('a', '12', 'b', 1.5) AS STRUCT<a INTEGER, b VARCHAR>) AS s, CAST(NULL AS STRUCT<a INTEGER>) AS n) t
-- = a,b,c
-- = 12,1.5,true
-- # FORMAT of numbers: digits, thousands, percent, text around them; half goes away from zero
SELECT FORMAT(1234567.891, '#,##0.00') AS a, FORMAT(0.5, '0') AS b, FORMAT(-0.5, '0') AS c, FORMAT(1234.5, '0.0##') AS d, FORMAT(7, '000') AS e, FORMAT(0.256, '0.0%') AS f, FORMAT(-1234, '$#,##0') AS g, FORMAT(0.05, '#.##') AS h, FORMAT(1234, '0 ''pieces''') AS i, FORMAT(CAST(NULL AS DOUBLE), '0') AS j, FORMAT(123456, '#,###') AS k, FORMAT(-0.001, '0.00') AS l
-- = a,b,c,d,e,f,g,h,i,j,k,l
-- = "1,234,567.89",1,-1,1234.5,007,25.6%,"-$1,234",.05,1234 pieces,,"123,456",0.00
-- # FORMAT of dates and times
WITH v (t) AS (VALUES (TIMESTAMP '2025-03-02 04:05:06.789'))
SELECT FORMAT(t, 'yyyy-MM-dd HH:mm:ss') AS a, FORMAT(t, 'd.M.yy') AS b, FORMAT(t, 'EEEE, MMMM d') AS c, FORMAT(t, 'hh:mm a') AS d, FORMAT(t, 'SSS') AS e, FORMAT(t, 'EEE MMM yyyy') AS f, FORMAT(DATE '2025-12-31', 'yyyyMMdd') AS g, FORMAT(t, '''week of'' D%') AS h, FORMAT(CAST(NULL AS DATE), 'yyyy') AS i FROM v
-- = a,b,c,d,e,f,g,h,i
-- = 2025-03-02 04:05:06,2.3.25,"Sunday, March 2",04:05 AM,789,Sun Mar 2025,20251231,week of 61%,
-- # FORMAT needs to know what is meant
SELECT FORMAT(1, 'yyyy') AS a
-- ! wrong_arguments 1:18
-- # FORMAT of a text
SELECT FORMAT('x', '0') AS a
-- ! type_mismatch 1:15
-- # a letter without a meaning
SELECT FORMAT(DATE '2025-01-31', 'yyyy-QQ') AS a
-- ! wrong_arguments 1:34
