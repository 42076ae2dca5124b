-- # LIMIT
SELECT COUNT(*) AS n FROM dsp_impressions LIMIT 10
-- ! not_supported_in_amc 1:43
-- # LIMIT behind ORDER BY
SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1 ORDER BY 2 LIMIT 10
-- ! not_supported_in_amc 1:75
-- # ORDER BY inside an aggregate
SELECT COLLECT(campaign ORDER BY campaign) AS n FROM dsp_impressions
-- ! not_supported_in_amc 1:25
-- # ORDER BY a user
SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign, request_tag ORDER BY request_tag
-- ! column_never_shown 1:93
-- # ILIKE
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign ILIKE 'a%'
-- ! not_supported_in_amc 1:58
-- # a cast of other dialects
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign::INTEGER = 5
-- ! invalid_character 1:57
-- # two signs of equality
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign == 'a'
-- ! syntax_error 1:59
-- # RIGHT JOIN
SELECT COUNT(*) AS n FROM dsp_clicks k RIGHT JOIN dsp_impressions i ON i.user_id = k.user_id
-- ! not_supported_in_amc 1:40
-- # NATURAL JOIN
SELECT COUNT(*) AS n FROM dsp_clicks NATURAL JOIN dsp_impressions
-- ! not_supported_in_amc 1:38
-- # SELECT *
SELECT * FROM dsp_impressions
-- ! not_supported_in_amc 1:8
-- # GETDATE
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_dt_utc < GETDATE()
-- ! not_supported_in_amc 1:69
-- # INTERSECT
SELECT campaign FROM dsp_impressions INTERSECT SELECT campaign FROM dsp_clicks
-- ! not_supported_in_amc 1:38
-- # EXCEPT
SELECT campaign FROM dsp_impressions EXCEPT SELECT campaign FROM dsp_clicks
-- ! not_supported_in_amc 1:38
-- # QUALIFY
SELECT campaign FROM dsp_impressions QUALIFY ROW_NUMBER() OVER (ORDER BY campaign) = 1
-- ! not_supported_in_amc 1:38
-- # INTERVAL
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_dt_utc < CURRENT_TIMESTAMP - INTERVAL '1' DAY
-- ! not_supported_in_amc 1:89
-- # an unterminated text
SELECT COUNT(*) AS n FROM dsp_impressions
WHERE campaign = 'abc
-- ! unterminated_text 2:18
-- # an unterminated name
SELECT COUNT(*) AS "n FROM dsp_impressions
-- ! unterminated_text 1:20
-- # an unterminated comment
SELECT 1 AS x /* and so on
-- ! unterminated_text 1:15
-- # a character of another dialect
SELECT `campaign` FROM dsp_impressions
-- ! invalid_character 1:8
-- # typographic quotes
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = “abc”
-- ! invalid_character 1:60
-- # a second statement
SELECT 1 AS x; DROP TABLE dsp_impressions
-- ! syntax_error 1:16
-- # another statement
DELETE FROM dsp_impressions
-- ! syntax_error 1:1
-- # a comma before FROM
SELECT campaign, FROM dsp_impressions
-- ! syntax_error 1:16
-- # a comma before the final SELECT
WITH a AS (SELECT 1 AS x),
SELECT x FROM a
-- ! syntax_error 1:26
-- # a reserved word as a name
SELECT 1 AS select
-- ! syntax_error 1:13
-- # an open parenthesis
SELECT COUNT(*) AS n FROM dsp_impressions WHERE (campaign = 'a'
-- ! syntax_error 2:1
-- # a CROSS JOIN with a condition
SELECT COUNT(*) AS n FROM dsp_impressions i CROSS JOIN segment_metadata m ON i.campaign = m.segment_name
-- ! syntax_error 1:75
-- # a table function
SELECT x FROM read_parquet('/etc/passwd')
-- ! not_supported_in_amc 1:15
-- # a number that runs into a name
SELECT 1st FROM dsp_impressions
-- ! invalid_literal 1:8
-- # nothing at all

-- ! syntax_error 2:1
-- # a LATERAL join
SELECT COUNT(*) AS n FROM dsp_impressions i, LATERAL (SELECT 1 AS x) t
-- ! not_supported_in_amc 1:46
