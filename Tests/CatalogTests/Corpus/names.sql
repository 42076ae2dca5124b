-- # a column that is nearly one
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign_id_str = '1'
-- ! unknown_column 1:49 There is no column `campaign_id_str` here.
-- ? Did you mean `campaign_id_string`?
-- # a text in double quotes
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = "a"
-- ! unknown_column 1:60 There is no column `a` here.
-- ? Double quotes are for names; a text stands in single quotes: 'a'.
-- # time added as in other dialects
SELECT DATE_ADD(impression_date, 7) AS n FROM dsp_impressions
-- ! unknown_function 1:8 There is no function `DATE_ADD`.
-- ? Use EPOCH_TO_UTC_TIMESTAMP(SECONDS_BETWEEN(TIMESTAMP '1970-01-01 00:00:00', time) + 86400 * days).
-- # a column behind its table
SELECT COUNT(i.user_idd) AS n FROM dsp_impressions i
-- ! unknown_column 1:16 There is no column `user_idd` here.
-- ? Did you mean `user_id`?
-- # a column that is nothing like one
SELECT COUNT(qqqqqqqq) AS n FROM dsp_impressions
-- ! unknown_column 1:14 There is no column `qqqqqqqq` here.
-- # a table that is nearly one
SELECT COUNT(*) AS n FROM dsp_impression
-- ! unknown_table 1:27 There is no table `dsp_impression`.
-- ? Did you mean `dsp_impressions`?
-- # a WITH query that is nearly one
WITH visitors AS (SELECT user_id FROM dsp_clicks) SELECT COUNT(user_id) AS n FROM visitor
-- ! unknown_table 1:83 There is no table `visitor`.
-- ? Did you mean `visitors`?
-- # a table that is not in FROM
SELECT COUNT(dsp_clicks.user_id) AS n FROM dsp_impressions
-- ! unknown_table 1:14 There is no table `dsp_clicks` in FROM.
-- ? Add it to FROM.
-- # a table that has another name here
SELECT COUNT(dsp_impressions.user_id) AS n FROM dsp_impressions i
-- ! unknown_table 1:14 There is no table `dsp_impressions` in FROM.
-- ? It is named `i` here.
-- # an alias that is nearly one
SELECT COUNT(imq.user_id) AS n FROM dsp_impressions imp
-- ! unknown_table 1:14 There is no table `imq` in FROM.
-- ? Did you mean `imp`?
-- # an alias that is none
SELECT COUNT(zzz.user_id) AS n FROM dsp_impressions imp
-- ! unknown_table 1:14 There is no table `zzz` in FROM.
-- ? In FROM there is `imp`.
-- # a star of a table that is not in FROM
SELECT c.* FROM (SELECT 1 AS n) d
-- ! unknown_table 1:8 There is no table `c` in FROM.
-- ? In FROM there is `d`.
-- # a name of SELECT in WHERE
SELECT campaign AS name, COUNT(*) AS n FROM dsp_impressions WHERE name = 'x' GROUP BY 1
-- ! unknown_column 1:67 There is no column `name` here.
-- ? `name` is a name that SELECT gives, which WHERE does not see: repeat its expression, or use a subquery.
-- # a column of two tables
SELECT COUNT(campaign) AS n FROM dsp_impressions i JOIN dsp_clicks c ON i.user_id = c.user_id
-- ! ambiguous_column 1:14 More than one table has a column `campaign`.
-- ? Put the table's name or alias before it.
-- # a function that is nearly one
SELECT LENGHT('a') AS n
-- ! unknown_function 1:8 There is no function `LENGHT`.
-- ? Did you mean `LENGTH`?
-- # a function of other dialects
SELECT DATEDIFF(DATE '2025-01-31', DATE '2025-01-30') AS n
-- ! unknown_function 1:8 There is no function `DATEDIFF`.
-- ? Use SECONDS_BETWEEN(first, second) / 86400.
-- # an aggregate of other dialects
SELECT ARRAY_AGG(campaign) AS n FROM dsp_impressions
-- ! unknown_function 1:8 There is no function `ARRAY_AGG`.
-- ? Use COLLECT(…).
-- # a window that is nearly one
SELECT COUNT(*) OVER win AS n FROM dsp_impressions WINDOW wind AS (PARTITION BY campaign)
-- ! invalid_window 1:22 There is no window `win`.
-- ? Did you mean `wind`?
-- # a field that is nearly one
SELECT r.nmae AS n FROM (SELECT NAMED_ROW('name', 1) AS r) t
-- ! unknown_column 1:10 There is no column `nmae` here.
-- ? Did you mean `name`?
-- # a type that is nearly one
SELECT CAST(1 AS INTEGR) AS n
-- ! type_mismatch 1:18 There is no type `INTEGR` with these arguments.
-- ? Did you mean `INTEGER`?
-- # a built-in parameter that is none
SELECT BUILT_IN_PARAMETER('TIME_WINDOW') AS n
-- ! unknown_parameter 1:27 There is no built-in parameter `TIME_WINDOW`.
-- ? There are TIME_WINDOW_START and TIME_WINDOW_END.
-- # a parameter that is not given, but nearly
SELECT CUSTOM_PARAMETER('campain') AS n
-- ! parameter_not_given 1:8 No value is given for the parameter `campain`.
-- ? Did you mean `campaign`?
-- # a unit of time that is nearly one
SELECT EXTRACT(MONHT FROM DATE '2025-01-31') AS n
-- ! wrong_arguments 1:16 EXTRACT needs one of DAY, DOW, HOUR, MINUTE, MONTH, QUARTER, SECOND, WEEK, YEAR here.
-- ? Did you mean `MONTH`?
-- # a time zone that is nearly one
SELECT CONVERT_TIME_ZONE_FROM_UTC(DATE '2025-01-31', 'Europe/Berln') AS n
-- ! wrong_arguments 1:54 There is no time zone `Europe/Berln`.
-- ? Did you mean `Europe/Berlin`?
-- # a name that SELECT gives twice
SELECT campaign AS a, site AS A FROM dsp_impressions
-- ! duplicate_name 1:23 Two columns of the result are named `A`.
-- ? Give one of them another name with AS.
