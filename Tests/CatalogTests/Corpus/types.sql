-- # a text of letters beside a number
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign_id = 'twelve'
-- ! type_mismatch 1:49 LONG can't be compared with STRING.
-- ? CAST one of them.
-- # a date beside a number
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_date = 20250131
-- ! type_mismatch 1:49 DATE can't be compared with INTEGER.
-- ? CAST one of them.
-- # a date that is none
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_date >= '2025-02-30'
-- ! invalid_literal 1:68 '2025-02-30' is no date.
-- ? Dates are written '2025-01-31'.
-- # a text beside a date
SELECT COUNT(*) AS n FROM dsp_impressions WHERE 'soon' < impression_date
-- ! invalid_literal 1:49 This text is no date.
-- ? Dates are written '2025-01-31'.
-- # a date that is none, in a list
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_date IN ('2025-02-28', '2025-02-29')
-- ! invalid_literal 1:83 '2025-02-29' is no date.
-- ? Dates are written '2025-01-31'.
-- # a date that is none, as a bound
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_date BETWEEN '2025-02-28' AND '2025-02-31'
-- ! invalid_literal 1:90 '2025-02-31' is no date.
-- ? Dates are written '2025-01-31'.
-- # a time that is none
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_dt > '2025-02-28 24:00:00'
-- ! invalid_literal 1:65 '2025-02-28 24:00:00' is no time.
-- ? Times are written '2025-01-31 12:00:00'.
-- # a date that is none, beside another one
SELECT COALESCE(impression_date, '2025-13-01') AS n FROM dsp_impressions
-- ! invalid_literal 1:34 '2025-13-01' is no date.
-- ? Dates are written '2025-01-31'.
-- # a cast of a date that is none
SELECT CAST('2026-11-31' AS DATE) AS n
-- ! invalid_literal 1:13 '2026-11-31' is no date.
-- ? Dates are written '2025-01-31'.
-- # a cast of a date that is none, with a time
SELECT CAST('2025-02-30 12:00:00' AS TIMESTAMP) AS n
-- ! invalid_literal 1:13 '2025-02-30 12:00:00' is no time.
-- ? Times are written '2025-01-31 12:00:00'.
-- # an argument that is no date
SELECT YEAR('2025-02-30') AS n
-- ! invalid_literal 1:13 '2025-02-30' is no time.
-- ? Times are written '2025-01-31 12:00:00'.
-- # the value of a parameter beside a date
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_date = CUSTOM_PARAMETER('campaign')
-- ! invalid_literal 1:67 This text is no date.
-- ? Dates are written '2025-01-31'.
-- # a boolean beside a date
SELECT COUNT(*) AS n FROM conversions WHERE new_to_brand = event_date_utc
-- ! type_mismatch 1:45 BOOLEAN can't be compared with DATE.
-- ? CAST one of them.
-- # an array beside a value
SELECT COUNT(*) AS n FROM dsp_impressions WHERE matched_behavior_segment_ids = 7
-- ! type_mismatch 1:49 ARRAY<INTEGER> can't be compared with INTEGER.
-- ? CAST one of them.
-- # in a list
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_date IN ('2025-01-31', 5)
-- ! type_mismatch 1:83 DATE can't be compared with INTEGER.
-- ? CAST one of them.
-- # between
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impressions BETWEEN 1 AND 'many'
-- ! type_mismatch 1:49 LONG can't be compared with STRING.
-- ? CAST one of them.
-- # the query of IN
SELECT 1 IN (SELECT DATE '2025-01-31' AS d) AS n
-- ! type_mismatch 1:8 INTEGER can't be compared with DATE.
-- ? CAST one of them.
-- # the branches of CASE
SELECT CASE WHEN TRUE THEN 1 WHEN FALSE THEN DATE '2025-01-31' END AS n
-- ! type_mismatch 1:46 The results of CASE have no type in common: INTEGER and DATE.
-- ? CAST one of them.
-- # both parts of IF
SELECT IF(TRUE, DATE '2025-01-31', 5) AS n
-- ! type_mismatch 1:36 The arguments of IF have no type in common: DATE and INTEGER.
-- ? CAST one of them.
-- # the arguments of COALESCE
SELECT COALESCE(impression_date, impressions) AS n FROM dsp_impressions
-- ! type_mismatch 1:34 The arguments of COALESCE have no type in common: DATE and LONG.
-- ? CAST one of them.
-- # the elements of an array
SELECT ARRAY[1, TRUE] AS n
-- ! type_mismatch 1:17 The elements of this array have no type in common: INTEGER and BOOLEAN.
-- ? CAST one of them.
-- # the rows of VALUES
WITH v (n) AS (VALUES (1), (DATE '2025-01-31')) SELECT n FROM v
-- ! type_mismatch 1:29 The rows of VALUES have no type in common: INTEGER and DATE.
-- ? CAST one of them.
-- # the parts of a UNION
SELECT 1 AS n UNION ALL SELECT TRUE AS n
-- ! type_mismatch 1:8 Column 1 of this UNION is INTEGER in one part and BOOLEAN in another.
-- ? CAST one of them.
-- # adding texts
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign + advertiser = 2
-- ! type_mismatch 1:49 `+` needs numbers, this is STRING.
-- ? CAST it to a number.
-- # adding a text of the query that is no number
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impressions + 'x' = 2
-- ! type_mismatch 1:63 `+` needs numbers, this is STRING.
-- ? CAST it to a number.
-- # subtracting times
SELECT COUNT(*) AS n FROM dsp_clicks WHERE click_dt - impression_dt > 5
-- ! type_mismatch 1:44 `-` needs numbers, this is TIMESTAMP.
-- ? Times are compared with SECONDS_BETWEEN.
-- # the sign of a date
SELECT -DATE '2025-01-31' AS n
-- ! type_mismatch 1:8 A sign needs a number, this is DATE.
-- # a condition that is a number
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impressions
-- ! type_mismatch 1:49 A condition is needed here, this is LONG.
-- ? Compare it with something.
-- # a sum of texts
SELECT SUM(campaign) AS n FROM dsp_impressions
-- ! type_mismatch 1:12 SUM needs a number here, this is STRING.
-- ? CAST it.
-- # the length of a number
SELECT LENGTH(5) AS n
-- ! type_mismatch 1:15 LENGTH needs STRING here, this is INTEGER.
-- ? CAST it.
-- # the year of a number
SELECT YEAR(2025) AS n
-- ! type_mismatch 1:13 YEAR needs a date or time here, this is INTEGER.
-- ? CAST it.
-- # a place that is a fraction
SELECT LEFT('abc', 1.5) AS n
-- ! type_mismatch 1:20 LEFT needs a whole number here, this is DECIMAL(2,1).
-- ? CAST it.
-- # LIKE of a number
SELECT 5 LIKE '5' AS n
-- ! type_mismatch 1:8 LIKE needs a string, this is INTEGER.
-- ? CAST it to VARCHAR.
-- # an array function of a text
SELECT ARRAY_SORT('abc') AS n
-- ! type_mismatch 1:19 ARRAY_SORT needs an array here, this is STRING.
-- ? CAST it.
-- # a value of another type than the array's
SELECT ARRAY_CONTAINS(ARRAY[1, 2], TRUE) AS n
-- ! type_mismatch 1:36 The arguments of ARRAY_CONTAINS have no type in common: INTEGER and BOOLEAN.
-- ? CAST one of them.
-- # the number of elements of a text
SELECT CARDINALITY('abc') AS n
-- ! type_mismatch 1:20 CARDINALITY needs an array or a map here, this is STRING.
-- ? CAST it.
-- # EXPLODE of a text
SELECT EXPLODE('abc') AS n
-- ! type_mismatch 1:16 EXPLODE takes an array, this is STRING.
-- # an element of a number
SELECT 5[1] AS n
-- ! type_mismatch 1:8 Only arrays and maps have elements, this is INTEGER.
-- # an element by a text
SELECT ARRAY[1]['a'] AS n
-- ! type_mismatch 1:17 An array's index is a whole number, this is STRING.
-- # a field of a number
SELECT n.a AS b FROM (SELECT 1 AS n) t
-- ! unknown_table 1:8 There is no table `n` in FROM.
-- ? In FROM there is `t`.
-- # a cast that has no meaning
SELECT CAST(TRUE AS DATE) AS n
-- ! type_mismatch 1:8 BOOLEAN can't be cast to DATE.
-- # a cast of a list to a number
SELECT CAST(ARRAY[1] AS INTEGER) AS n
-- ! type_mismatch 1:8 ARRAY<INTEGER> can't be cast to INTEGER.
-- # a struct with other names
SELECT CAST(NAMED_ROW('a', 1) AS STRUCT<b INTEGER>) AS n
-- ! type_mismatch 1:8 STRUCT<a INTEGER> can't be cast to STRUCT<b INTEGER>.
-- # a user's key beside a number
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id = 5
-- ! type_mismatch 1:49 STRING can't be compared with INTEGER.
-- ? A user's key is compared with another user's key only.
-- # too few arguments
SELECT ROUND() AS n
-- ! wrong_arguments 1:8 ROUND takes 1 to 2 arguments, here are 0.
-- # too many arguments
SELECT UPPER('a', 'b') AS n
-- ! wrong_arguments 1:8 UPPER takes 1 arguments, here are 2.
-- # a fraction that is none
SELECT PERCENTILE(impressions, 50) AS n FROM dsp_impressions
-- ! wrong_arguments 1:32 PERCENTILE needs a number from 0 to 1 here.
-- # an encoding that is none
SELECT TO_VARBINARY('a', 'utf8') AS n
-- ! wrong_arguments 1:26 TO_VARBINARY needs 'hex', 'base64' or 'utf-8' here.
-- ? Did you mean `UTF-8`?
-- # a path of JSON that is none
SELECT JSON_EXTRACT('{}', 'a.b') AS n
-- ! wrong_arguments 1:27 This is no path to one value of a JSON text.
-- ? Paths are written '$.key', '$.list[0]', '$[''a key'']'.
-- # a pattern without the end of a group
SELECT 'a' SIMILAR TO '(a' AS n
-- ! invalid_literal 1:23 This regular expression can't be used: it has a `(` without its `)` (character 1).
-- ? Patterns have Java's syntax.
-- # a pattern that repeats nothing
SELECT REGEXP_SUBSTR('a', 'a|*') AS n
-- ! invalid_literal 1:27 This regular expression can't be used: `*` has nothing to repeat (character 3).
-- ? Patterns have Java's syntax.
-- # a class in the wrong order
SELECT REGEXP_SPLIT('a', '[z-a]') AS n
-- ! invalid_literal 1:26 This regular expression can't be used: a range in `[]` is in the wrong order (character 2).
-- ? Patterns have Java's syntax.
-- # a reference to no group
SELECT 'a' SIMILAR TO '(a)\2' AS n
-- ! invalid_literal 1:23 This regular expression can't be used: it has no group 2 (character 4).
-- ? Patterns have Java's syntax.
-- # a property that is none
SELECT 'a' SIMILAR TO '\p{Klingon}' AS n
-- ! invalid_literal 1:23 This regular expression can't be used: the property of `\p` is unknown or not supported (character 1).
-- ? Patterns have Java's syntax.
-- # a replacement for a group that there is not
SELECT REGEXP_REPLACE('a', '(a)', '$2') AS n
-- ! wrong_arguments 1:35 This replacement can't be used: the pattern has no group 2, which the replacement uses (character 1).
-- # a replacement that ends too early
SELECT REGEXP_REPLACE('a', 'a', '\') AS n
-- ! wrong_arguments 1:33 This replacement can't be used: the replacement ends in a backslash.
