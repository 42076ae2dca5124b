-- # a user
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id = '123'
-- ! literal_comparison 1:49
-- # a postal code
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code = '98101'
-- ! literal_comparison 1:49
-- # not a postal code
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code <> '98101'
-- ! literal_comparison 1:49
-- # a parameter
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code = CUSTOM_PARAMETER('code')
-- ! literal_comparison 1:49
-- # a list
SELECT COUNT(*) AS n FROM dsp_impressions WHERE request_tag IN ('a', 'b')
-- ! literal_comparison 1:49
-- # a list that is a parameter
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code IN (CUSTOM_PARAMETER('codes'))
-- ! literal_comparison 1:49
-- # CONTAINED_IN
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CONTAINED_IN(postal_code, '98101', '10001')
-- ! literal_comparison 1:49
-- # BETWEEN
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code BETWEEN '98000' AND '98999'
-- ! literal_comparison 1:49
-- # LIKE
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id LIKE '1%'
-- ! literal_comparison 1:49
-- # SIMILAR TO
SELECT COUNT(*) AS n FROM dsp_impressions WHERE city_name SIMILAR TO 'Sea.*'
-- ! literal_comparison 1:49
-- # a regular expression
SELECT COUNT(*) AS n FROM dsp_impressions WHERE REGEXP_SUBSTR(postal_code, '^98') IS NOT NULL
-- ! literal_comparison 1:49
-- # a replacement
SELECT REGEXP_REPLACE(postal_code, '^98.*', 'x') AS p, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # a position
SELECT COUNT(*) AS n FROM dsp_impressions WHERE POSITION('98' IN postal_code) > 0
-- ! literal_comparison 1:49
-- # CHARINDEX
SELECT CHARINDEX('9', postal_code) AS p, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # IS DISTINCT FROM
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code IS NOT DISTINCT FROM '98101'
-- ! literal_comparison 1:49
-- # a simple CASE
SELECT CASE postal_code WHEN '98101' THEN 1 ELSE 0 END AS x, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:30
-- ! literal_comparison 1:8
-- # NULLIF
SELECT COUNT(NULLIF(postal_code, '98101')) AS n FROM dsp_impressions
-- ! literal_comparison 1:14
-- # GREATEST
SELECT MAX(GREATEST(postal_code, '98101')) AS n FROM dsp_impressions
-- ! literal_comparison 1:12
-- # LEAST of a parameter
SELECT COUNT(LEAST(postal_code, CUSTOM_PARAMETER('code'))) AS n FROM dsp_impressions
-- ! literal_comparison 1:14
-- # MIN over COALESCE
SELECT MIN(COALESCE(postal_code, '98101')) AS p FROM dsp_impressions
-- ! literal_comparison 1:12
-- # MAX over CASE
SELECT MAX(CASE WHEN device_type = 'PC' THEN postal_code ELSE '98101' END) AS p FROM dsp_impressions
-- ! literal_comparison 1:12
-- # MAX over a CASE of a filterable column
SELECT MAX(CASE WHEN device_type = 'PC' THEN postal_code ELSE campaign END) AS p FROM dsp_impressions
-- ! literal_comparison 1:12
-- # a group key that mixes a literal in
SELECT COALESCE(city_name, 'none') AS city, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # a group key that mixes a less sensitive column in
SELECT COALESCE(city_name, campaign) AS city, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # a group key made of text and a literal
SELECT CONCAT(city_name, '-', campaign) AS city, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # UNION puts a literal beside users
SELECT v, COUNT(*) AS n
FROM (SELECT user_id, postal_code AS v FROM dsp_impressions UNION ALL SELECT user_id, '98101' FROM dsp_clicks)
GROUP BY v
-- ! literal_comparison 3:10
-- # UNION puts a column that can be filtered beside a sensitive one
SELECT user_id, COUNT(DISTINCT v) AS n
FROM (
  SELECT user_id, postal_code AS v FROM dsp_impressions
  UNION ALL SELECT user_id, campaign_id_string FROM dsp_impressions WHERE campaign_id_string = '98101'
) GROUP BY user_id
-- ! literal_comparison 1:32
-- ! column_never_shown 1:8
-- # UNION without ALL compares its rows
SELECT COUNT(*) AS n FROM (SELECT user_id, postal_code FROM dsp_impressions UNION SELECT user_id, '98101' FROM dsp_clicks)
-- ! literal_comparison 1:28
-- # DISTINCT over a mixture
SELECT DISTINCT COALESCE(postal_code, '98101') AS p FROM dsp_impressions
-- ! literal_comparison 1:1
-- # a join with VALUES
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN (VALUES ('98101')) v (code) ON i.postal_code = v.code
-- ! literal_comparison 1:81
-- # a join with a filtered column
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN segment_metadata m ON i.postal_code = m.segment_name
-- ! literal_comparison 1:72
-- # IN with a query over VALUES
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code IN (SELECT x FROM (VALUES ('98101')) v (x))
-- ! literal_comparison 1:49
-- # a scalar query of a literal
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code = (SELECT '98101')
-- ! literal_comparison 1:49
-- # USING with VALUES
SELECT COUNT(*) AS n FROM dsp_impressions JOIN (VALUES ('98101')) v (postal_code) USING (postal_code)
-- ! literal_comparison 1:90
-- # arithmetic
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CAST(postal_code AS INTEGER) - 98101 = 0
-- ! literal_comparison 1:49
-- # arithmetic in a sum
SELECT SUM(CAST(postal_code AS INTEGER) - 98101) AS n FROM dsp_impressions
-- ! literal_comparison 1:12
-- # a length
SELECT COUNT(*) AS n FROM dsp_impressions WHERE LENGTH(postal_code) = 5
-- ! literal_comparison 1:49
-- # a hash
SELECT COUNT(*) AS n FROM dsp_impressions WHERE MD5(user_id) = '202cb962ac59075b964b07152d234b70'
-- ! literal_comparison 1:49
-- # part of a value
SELECT COUNT(*) AS n FROM dsp_impressions WHERE SUBSTRING(postal_code, 1, 2) = '98'
-- ! literal_comparison 1:49
-- # a literal cut by a sensitive index
SELECT SUBSTRING('0123456789', CAST(postal_code AS INTEGER), 1) AS x, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # an element at a sensitive index
SELECT ARRAY[1, 2, 3][CAST(postal_code AS INTEGER)] AS x, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # a number made of a length meets a sensitive number
SELECT COUNT(*) AS n FROM dsp_impressions
WHERE LENGTH(LEFT(MD5(postal_code), 9)) = CAST(SUBSTRING(postal_code, 1, 1) AS INTEGER)
-- ! literal_comparison 2:7
-- # one divided by itself meets a sensitive number
SELECT COUNT(*) AS n FROM dsp_impressions
WHERE CAST(postal_code AS INTEGER) / CAST(postal_code AS INTEGER) = CAST(SUBSTRING(postal_code, 1, 1) AS INTEGER)
-- ! literal_comparison 2:7
-- # a CAST that fits small numbers only
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CAST(SUBSTRING(postal_code, 1, 3) AS TINYINT) IS NULL
-- ! literal_comparison 1:49
-- # the same, counted
SELECT COUNT(CAST(postal_code AS TINYINT)) AS n FROM dsp_impressions
-- ! literal_comparison 1:14
-- # the same, in NVL2
SELECT SUM(NVL2(CAST(postal_code AS TINYINT), 1, 0)) AS n FROM dsp_impressions
-- ! literal_comparison 1:17
-- # the same, by order within a user's rows
SELECT COUNT(*) AS n FROM (
  SELECT user_id, RANK() OVER (PARTITION BY user_id ORDER BY CAST(postal_code AS TINYINT)) AS place FROM dsp_impressions
) WHERE place = 1
-- ! literal_comparison 2:62
-- # an array that holds a literal
SELECT COUNT(*) AS n FROM dsp_impressions WHERE ARRAY_CONTAINS(ARRAY['98101', '98102'], postal_code)
-- ! literal_comparison 1:49
-- # how many different ones there are beside a literal
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CARDINALITY(ARRAY_DISTINCT(ARRAY[postal_code, '98101'])) = 1
-- ! literal_comparison 1:61
-- ! literal_comparison 1:49
-- # structs compared
SELECT COUNT(*) AS n FROM dsp_impressions WHERE NAMED_ROW('a', postal_code, 'b', campaign) = NAMED_ROW('a', campaign, 'b', postal_code)
-- ! literal_comparison 1:49
-- # JSON of a sensitive value
SELECT JSON_EXTRACT(postal_code, '$.a') AS x, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # characters trimmed away
SELECT TRIM(BOTH '9' FROM postal_code) AS x, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! literal_comparison 1:8
-- # HAVING by user
SELECT COUNT(*) AS n FROM (SELECT user_id FROM dsp_impressions GROUP BY user_id HAVING MAX(postal_code) = '98101')
-- ! literal_comparison 1:88
-- # FILTER
SELECT COUNT(*) FILTER (WHERE postal_code = '98101') AS n FROM dsp_impressions
-- ! literal_comparison 1:31
-- # a window ordered by a mixture
SELECT COUNT(*) AS n FROM (
  SELECT user_id, RANK() OVER (PARTITION BY user_id ORDER BY COALESCE(postal_code, '98101')) AS place FROM dsp_impressions
) WHERE place = 1
-- ! literal_comparison 2:62
-- # through WITH
WITH p AS (SELECT user_id, postal_code AS place FROM dsp_impressions)
SELECT COUNT(*) AS n FROM p WHERE place = '98101'
-- ! literal_comparison 2:35
-- # in a condition of CASE
SELECT SUM(CASE WHEN postal_code = '98101' THEN impressions ELSE 0 END) AS n FROM dsp_impressions
-- ! literal_comparison 1:22
-- # in an audience
-- @ audience display
SELECT user_id FROM dsp_impressions_for_audiences WHERE postal_code = '98101'
-- ! literal_comparison 1:57
-- # today as text
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code < CAST(CURRENT_DATE AS VARCHAR)
-- ! literal_comparison 1:49
-- # a truth compared with TRUE
SELECT COUNT(*) AS n FROM dsp_impressions WHERE (postal_code = city_name) = TRUE
-- ! literal_comparison 1:49
-- # a sensitive value against a count
SELECT COUNT(*) AS n FROM (SELECT user_id, COUNT(*) AS c, MAX(postal_code) AS p FROM dsp_impressions GROUP BY 1)
WHERE CAST(p AS INTEGER) = c
-- ! literal_comparison 2:7
