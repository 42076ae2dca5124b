-- # a user
SELECT user_id, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! column_never_shown 1:8
-- # a user's hash
SELECT MD5(user_id) AS u, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! column_never_shown 1:8
-- # a user as a number
SELECT HASH64(user_id) AS u, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! column_never_shown 1:8
-- # a user's length
SELECT LENGTH(user_id) AS u, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! column_never_shown 1:8
-- # all users in a list
SELECT COLLECT(user_id) AS users FROM dsp_impressions
-- ! column_never_shown 1:8
-- # the first user
SELECT MIN(user_id) AS u FROM dsp_impressions
-- ! column_never_shown 1:8
-- # a user in a struct
SELECT NAMED_ROW('u', MAX(user_id)) AS u FROM dsp_impressions
-- ! column_never_shown 1:8
-- # a user in JSON
SELECT JSON_SERIALIZE(NAMED_ROW('u', MAX(user_id))) AS u FROM dsp_impressions
-- ! column_never_shown 1:8
-- # a user in an array
SELECT ARRAY[MAX(user_id)][1] AS u FROM dsp_impressions
-- ! column_never_shown 1:8
-- # a user by CASE
SELECT CASE WHEN COUNT(*) > 0 THEN MAX(user_id) END AS u FROM dsp_impressions
-- ! column_never_shown 1:8
-- # which it is, decided by a user
SELECT CASE WHEN MIN(user_id) = MAX(user_id) THEN campaign END AS u FROM dsp_impressions GROUP BY campaign
-- ! column_never_shown 1:8
-- # an event
SELECT request_tag, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! column_never_shown 1:8
-- # part of an event's name
SELECT SUBSTRING(request_tag, 1, 4) AS t, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! column_never_shown 1:8
-- # a device
SELECT device_id FROM dsp_impressions
-- ! column_never_shown 1:8
-- # an internal column
SELECT marketplace_id, COUNT(*) AS n FROM conversions_all GROUP BY 1
-- ! column_never_shown 1:8
-- # through WITH and a scalar query
WITH m AS (SELECT MAX(user_id) AS u FROM dsp_impressions) SELECT (SELECT u FROM m) AS u
-- ! column_never_shown 1:66
-- # by t.*
WITH t AS (SELECT user_id, campaign FROM dsp_impressions) SELECT t.* FROM t
-- ! column_never_shown 1:66
-- # a UNION of users
SELECT user_id FROM dsp_impressions UNION SELECT user_id FROM dsp_clicks
-- ! column_never_shown 1:8
-- # a window over users
SELECT MAX(user_id) OVER (PARTITION BY user_id) AS u FROM dsp_impressions
-- ! column_never_shown 1:8
-- # rows of single events
SELECT campaign, impression_cost FROM dsp_impressions
-- ! user_level_output 1:1
-- # rows of single users
SELECT impressions FROM (SELECT user_id, SUM(impressions) AS impressions FROM dsp_impressions GROUP BY user_id)
-- ! user_level_output 1:1
-- # rows of single users, grouped by the hidden key
SELECT COUNT(*) AS n FROM dsp_impressions GROUP BY user_id
-- ! user_level_output 1:1
-- # the same, by COALESCE
SELECT COUNT(*) AS n FROM dsp_impressions i FULL OUTER JOIN conversions c ON i.user_id = c.user_id
GROUP BY COALESCE(i.user_id, c.user_id)
-- ! user_level_output 1:1
-- # rows of single users, by a window
SELECT COUNT(*) OVER (PARTITION BY user_id) AS n FROM dsp_impressions
-- ! user_level_output 1:1
-- # exploded rows of users
SELECT EXPLODE(matched_behavior_segment_ids) AS s FROM dsp_impressions
-- ! user_level_output 1:1
-- # a UNION ALL of users' rows
SELECT campaign FROM dsp_impressions UNION ALL SELECT campaign FROM dsp_clicks
-- ! user_level_output 1:1
-- # users' rows beside VALUES
SELECT v.x, i.campaign FROM dsp_impressions i CROSS JOIN (VALUES (1)) v (x)
-- ! user_level_output 1:1
-- # DISTINCT with the hidden user
SELECT campaign FROM (SELECT DISTINCT user_id, campaign FROM dsp_impressions)
-- ! user_level_output 1:1
