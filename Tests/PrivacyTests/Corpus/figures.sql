-- # events listed one by one
SELECT COLLECT(impression_dt_utc) AS times FROM dsp_impressions
-- ! single_user_value 1:8
-- # whole events listed one by one
SELECT COLLECT(NAMED_ROW('at', impression_dt_utc, 'campaign', campaign)) AS events FROM dsp_impressions
-- ! single_user_value 1:8
-- # the largest struct
SELECT MAX(NAMED_ROW('cost', impression_cost, 'campaign', campaign)) AS top FROM dsp_impressions
-- ! single_user_value 1:8
-- # the largest array
SELECT MAX(matched_behavior_segment_ids) AS top FROM dsp_impressions
-- ! single_user_value 1:8
-- # a spread of different values
SELECT STDDEV_POP(DISTINCT impression_cost) AS n FROM dsp_impressions
-- ! unsupported 1:8
-- # a median of different values
SELECT MEDIAN(DISTINCT impression_cost) AS n FROM dsp_impressions
-- ! unsupported 1:8
-- # a percentile that is the largest value
SELECT PERCENTILE(impression_cost, 1.0) AS top FROM dsp_impressions
-- ! single_user_value 1:8
-- # a percentile that is nearly the largest value
SELECT APPROX_PERCENTILE(impression_cost, 0.99999) AS top FROM dsp_impressions
-- ! single_user_value 1:8
-- # a random group key beside a median
SELECT ROUND(RANDOM(), 1) AS r, MEDIAN(impression_cost) AS m FROM dsp_impressions GROUP BY 1
-- ! unsupported 1:8
-- # a pattern without the end of a group
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign SIMILAR TO '(a'
-- ! invalid_literal 1:69
-- # a pattern that looks behind without a limit
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign SIMILAR TO '(?<=a*)b'
-- ! invalid_literal 1:69
-- # a random value added to a measure
SELECT SUM(impression_cost + r) AS n FROM (SELECT impression_cost, RANDOM() AS r FROM dsp_impressions)
-- ! unsupported 1:12
-- # a condition that is random for some rows
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'a' OR UUID() < '5'
-- ! unsupported 1:49
