-- # a table that there is not
SELECT COUNT(*) AS n FROM dsp_impresions
-- ! unknown_table 1:27
-- # a table in a schema
SELECT COUNT(*) AS n FROM information_schema.tables
-- ! unknown_table 1:27
-- # a table of the clean room itself
SELECT COUNT(*) AS n FROM user_preferences
-- ! unknown_table 1:27
-- # the list of sensitive products
SELECT asin FROM sensitive_asins
-- ! unknown_table 1:18
-- # a file as a table
SELECT COUNT(*) AS n FROM "objects/instances/x.parquet"
-- ! unknown_table 1:27
-- # an emitted source as a table
SELECT COUNT(*) AS n FROM signals_0
-- ! unknown_table 1:27
-- # a column that there is not
SELECT campain, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! unknown_column 1:8
-- # two columns that there are not
SELECT campain, COUNT(*) AS n, MAX(site_name) AS s FROM dsp_impressions GROUP BY 1
-- ! unknown_column 1:8
-- ! unknown_column 1:36
-- # an ambiguous column
SELECT COUNT(campaign) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.user_id = k.user_id
-- ! ambiguous_column 1:14
-- # a table of another query
SELECT COUNT(k.campaign) AS n FROM dsp_impressions i
-- ! unknown_table 1:14
-- # a function that there is not
SELECT COUNTIF(campaign) AS n FROM dsp_impressions
-- ! unknown_function 1:8
-- # a function of the engine
SELECT getenv('HOME') AS home
-- ! unknown_function 1:8
-- # a file function of the engine
SELECT read_text('/etc/passwd') AS t
-- ! unknown_function 1:8
-- # too few arguments
SELECT COUNT(DISTINCT user_id) AS n FROM dsp_impressions WHERE REPLACE(campaign, 'a') = 'b'
-- ! wrong_arguments 1:64
-- # DISTINCT in a plain function
SELECT LOWER(DISTINCT campaign) AS c FROM dsp_impressions
-- ! wrong_arguments 1:8
-- # text and number compared
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_dt > impressions
-- ! type_mismatch 1:49
-- # a text where a condition is needed
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign
-- ! type_mismatch 1:49
-- # a parameter with parts of different types
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign IN (CUSTOM_PARAMETER('mixed'))
-- ! type_mismatch 1:62
-- # two output columns of one name
SELECT COUNT(*) AS n, COUNT(*) AS n FROM dsp_impressions
-- ! duplicate_name 1:23
-- # two tables of one name
SELECT COUNT(*) AS n FROM dsp_impressions JOIN dsp_impressions ON 1 = 1
-- ! duplicate_name 1:48
-- # a column that is neither grouped nor aggregated
SELECT campaign, device_type, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign
-- ! invalid_grouping 1:18
-- # an ordinal that names nothing
SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 3
-- ! invalid_grouping 1:62
-- # an aggregate in WHERE
SELECT campaign FROM dsp_impressions WHERE COUNT(*) > 1 GROUP BY 1
-- ! invalid_aggregate 1:44
-- # an aggregate in an aggregate
SELECT SUM(COUNT(*)) AS n FROM dsp_impressions
-- ! invalid_aggregate 1:12
-- # a window in WHERE
SELECT campaign FROM dsp_impressions WHERE ROW_NUMBER() OVER (ORDER BY campaign) = 1
-- ! invalid_window 1:44
-- # a rank without OVER
SELECT RANK() AS r FROM dsp_impressions
-- ! invalid_window 1:8
-- # parts of a UNION with different widths
SELECT campaign FROM dsp_impressions UNION SELECT campaign, site FROM dsp_clicks
-- ! column_count_mismatch 1:51
-- # more names than columns
WITH a (x, y) AS (SELECT 1 AS x) SELECT x FROM a
-- ! column_count_mismatch 1:6
-- # a date that is none
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_date_utc = DATE '2025-02-30'
-- ! invalid_literal 1:71
-- # a duration of months
SELECT COUNT(*) AS n FROM TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P1M', 'P1D'))
-- ! invalid_time_window 1:71
-- # a duration of a hundred years
SELECT COUNT(*) AS n FROM TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P36500D', 'P1D'))
-- ! invalid_time_window 1:71
-- # a wider window of a table without time
SELECT COUNT(*) AS n FROM TABLE(EXTEND_TIME_WINDOW('segment_metadata', 'P1D', 'P1D'))
-- ! invalid_time_window 1:52
-- # a built-in parameter that there is not
SELECT BUILT_IN_PARAMETER('USER') AS u
-- ! unknown_parameter 1:27
-- # a parameter without a value
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = CUSTOM_PARAMETER('other')
-- ! parameter_not_given 1:60
