-- # users joined with all others
SELECT COUNT(*) AS n FROM dsp_impressions i CROSS JOIN conversions c
-- ! unsupported 1:56
-- # users joined by campaign, and those without a partner
SELECT COUNT(*) AS n FROM dsp_impressions i LEFT JOIN dsp_clicks k ON i.campaign = k.campaign
-- ! unsupported 1:71
-- # users joined by campaign, on both sides
SELECT COUNT(*) AS n FROM dsp_impressions i FULL OUTER JOIN dsp_clicks k ON i.campaign = k.campaign
-- ! unsupported 1:77
-- # pairs of users grouped by one of them
SELECT COUNT(*) AS n FROM (SELECT i.user_id, COUNT(*) AS m FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign GROUP BY i.user_id)
-- ! unsupported 1:137
-- # pairs of users one by one
SELECT i.campaign, k.device_type FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign
-- ! user_level_output 1:1
-- # the largest value among pairs of users
SELECT MAX(i.impression_cost) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign
-- ! unsupported 1:8
-- # different values among pairs of users
SELECT COUNT(DISTINCT i.device_type) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign
-- ! unsupported 1:8
-- # a window over pairs of users
SELECT SUM(r) AS n FROM (SELECT ROW_NUMBER() OVER (PARTITION BY i.user_id ORDER BY k.click_dt_utc) AS r FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign)
-- ! unsupported 1:33
-- # pairs of users in a UNION
SELECT COUNT(*) AS n FROM (SELECT i.campaign FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign UNION ALL SELECT campaign FROM dsp_clicks)
-- ! unsupported 1:28
-- # pairs of users joined with a third one
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign JOIN conversions c ON c.user_id = i.user_id
-- ! unsupported 1:112
-- # names kept where no pair of users has them
SELECT COUNT(*) AS n FROM segment_metadata m LEFT JOIN (SELECT i.campaign FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign) p ON p.campaign = m.segment_name
-- ! unsupported 1:149
-- # a query over pairs of users
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign IN (SELECT i.campaign FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign)
-- ! unsupported 1:49
-- # users joined by one condition or another
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.user_id = k.user_id OR i.campaign = k.campaign
-- ! unsupported 1:66
-- # users joined by inequality
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.user_id <> k.user_id
-- ! unsupported 1:66
-- # unknown users joined with each other
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.user_id IS NOT DISTINCT FROM k.user_id
-- ! unsupported 1:66
-- # the optional side of an outer join as a key
SELECT COUNT(*) AS n
FROM (SELECT k.user_id AS u, i.campaign FROM dsp_impressions i LEFT JOIN dsp_clicks k ON i.user_id = k.user_id) j
JOIN conversions c ON c.user_id = j.u
-- ! unsupported 3:23
-- # a window over all users
SELECT COUNT(*) AS n FROM (SELECT user_id, ROW_NUMBER() OVER (ORDER BY impression_dt_utc) AS r FROM dsp_impressions) WHERE r = 1
-- ! unsupported 1:44
-- # a window over each campaign's users
SELECT COUNT(*) AS n
FROM (SELECT user_id, ROW_NUMBER() OVER (PARTITION BY campaign ORDER BY impression_dt_utc) AS r FROM dsp_impressions) WHERE r = 1
-- ! unsupported 2:23
-- # a query over users in VALUES
SELECT x FROM (VALUES ((SELECT impression_cost FROM dsp_impressions))) v (x)
-- ! unsupported 1:24
-- # a query over users as a value
SELECT (SELECT impression_cost FROM dsp_impressions WHERE campaign = 'tiny') AS x
-- ! unsupported 1:8
-- # users' rows in a UNION with an aggregation
SELECT campaign FROM (SELECT campaign FROM dsp_impressions UNION ALL SELECT campaign FROM dsp_clicks GROUP BY campaign)
-- ! user_level_output 1:1
-- # event details alone
SELECT behavior_segment_id, COUNT(*) AS n FROM session_details GROUP BY 1
-- ! unsupported 1:48
-- # event details of another event
SELECT t.campaign, SUM(v.video_complete) AS n FROM dsp_impressions t JOIN session_details v ON t.impressions = v.video_complete GROUP BY 1
-- ! unsupported 1:96
-- # event details joined beside their key
SELECT s.behavior_segment_id, COUNT(*) AS n
FROM adserver_traffic t JOIN session_details s ON t.adserver_site = s.adserver_site GROUP BY 1
-- ! unsupported 2:51
-- # event details on both sides
SELECT COUNT(*) AS n FROM session_details a
JOIN session_details b ON a.adserver_session_id = b.adserver_session_id
-- ! unsupported 1:27
-- # event details kept whole
SELECT COUNT(*) AS n FROM session_details s
LEFT JOIN adserver_traffic t ON t.adserver_session_id = s.adserver_session_id
-- ! unsupported 1:27
-- # two EXPLODE
SELECT EXPLODE(matched_behavior_segment_ids) AS a, EXPLODE(user_behavior_segment_ids) AS b FROM dsp_impressions
-- ! unsupported 1:52
-- # a query over other users that reads the row around it
SELECT COUNT(*) AS n FROM dsp_impressions i WHERE EXISTS (SELECT 1 FROM conversions c WHERE c.event_dt_utc > i.impression_dt_utc)
-- ! unsupported 1:51
-- # an aggregation of other users that reads the row around it
SELECT COUNT(*) AS n FROM dsp_impressions i
WHERE (SELECT COUNT(*) FROM dsp_clicks k WHERE k.campaign = i.campaign) > 100
-- ! unsupported 2:7
-- # a value of a single user's row
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = (SELECT campaign FROM dsp_clicks)
-- ! unsupported 1:60
-- # a running deviation over several users
SELECT SUM(r) AS n FROM (SELECT user_id, STDDEV_POP(impressions) OVER (PARTITION BY campaign ORDER BY impression_dt_utc) AS r FROM dsp_impressions)
-- ! unsupported 1:42
-- # an average of the last rows of several users
SELECT SUM(r) AS n FROM (SELECT user_id, AVG(impressions) OVER (ORDER BY impression_dt_utc ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS r FROM dsp_impressions)
-- ! unsupported 1:42
-- # a running percentile over several users
SELECT MAX(r) AS n FROM (SELECT APPROX_PERCENTILE(impressions, 0.5) OVER (ORDER BY impression_date_utc) AS r FROM dsp_impressions)
-- ! unsupported 1:33
-- # a running total of the last rows of several users
SELECT SUM(r) AS n FROM (SELECT user_id, SUM(impressions) OVER (ORDER BY impression_dt_utc ROWS 1 PRECEDING) AS r FROM dsp_impressions)
-- ! unsupported 1:42
-- # tiles of rows of which users have several
SELECT tile, COUNT(*) AS n FROM (SELECT NTILE(10) OVER (ORDER BY impression_cost) AS tile FROM dsp_impressions) GROUP BY 1
-- ! unsupported 1:41
-- # tiles of users who have a row for each device
SELECT tile, COUNT(*) AS n FROM (SELECT NTILE(10) OVER (ORDER BY s) AS tile FROM (SELECT user_id, device_type, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1, 2)) GROUP BY 1
-- ! unsupported 1:41
-- # tiles, of which rows are left out
SELECT tile, COUNT(*) AS n FROM (SELECT s, NTILE(10) OVER (ORDER BY s) AS tile FROM (SELECT user_id, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) WHERE s > 1 GROUP BY 1
-- ! unsupported 1:164
-- # tiles grouped with something else
SELECT tile, s, COUNT(*) AS n FROM (SELECT s, NTILE(10) OVER (ORDER BY s) AS tile FROM (SELECT user_id, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) GROUP BY 1, 2
-- ! unsupported 1:14
-- # tiles computed with values of the row
SELECT tile, COUNT(*) AS n FROM (SELECT NTILE(10) OVER (ORDER BY s) + s AS tile FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) GROUP BY 1
-- ! unsupported 1:41
-- # tiles joined
SELECT tile, COUNT(*) AS n FROM (SELECT user_id, NTILE(10) OVER (ORDER BY s) AS tile FROM (SELECT user_id, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) t JOIN dsp_clicks k ON k.user_id = t.user_id GROUP BY 1
-- ! unsupported 1:187
-- # places of rows of which users have several
SELECT COUNT(*) AS n FROM (SELECT ROW_NUMBER() OVER (ORDER BY impression_cost DESC) AS place FROM dsp_impressions) WHERE place <= 100
-- ! unsupported 1:35
-- # places, of which rows are left out
SELECT place, COUNT(*) AS n FROM (SELECT d, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) WHERE d = 'PC' AND place < 100 GROUP BY 1
-- ! unsupported 1:192
-- # places grouped with something else
SELECT d, COUNT(*) AS n FROM (SELECT d, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) WHERE place < 100 GROUP BY 1
-- ! unsupported 1:8
-- # the users of the first places
SELECT COUNT(*) AS n FROM dsp_clicks WHERE user_id IN (SELECT user_id FROM (SELECT user_id, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) WHERE place < 100)
-- ! unsupported 1:44
-- # the first places of each user
SELECT COUNT(*) AS n FROM (SELECT user_id, MIN(place) AS place FROM (SELECT user_id, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) GROUP BY 1)
-- ! unsupported 1:35
-- # places weighed by values of the row
SELECT SUM(place * s) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))
-- ! unsupported 1:12
-- # the mean place of some users
SELECT AVG(place) FILTER (WHERE d = 'PC') AS n FROM (SELECT d, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))
-- ! unsupported 1:8
-- # the same without FILTER
SELECT AVG(CASE WHEN d = 'PC' THEN place END) AS n FROM (SELECT d, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))
-- ! unsupported 1:12
-- # a condition on places and values of the row together
SELECT COUNT(CASE WHEN place < 100 AND d = 'PC' THEN 1 END) AS n FROM (SELECT d, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))
-- ! unsupported 1:14
-- # the same with FILTER
SELECT COUNT(*) FILTER (WHERE place < 100 AND d = 'PC') AS n FROM (SELECT d, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))
-- ! unsupported 1:31
-- # a condition on places within one on values of the row
SELECT SUM(CASE WHEN d = 'PC' THEN CASE WHEN place < 100 THEN s END END) AS n FROM (SELECT d, s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))
-- ! unsupported 1:12
-- # a value under a condition on places, compared
SELECT COUNT(*) AS n FROM (SELECT CASE WHEN place < 100 THEN s END AS v FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))) WHERE v > 1
-- ! unsupported 1:237
-- # a value under a condition on places as a group key
SELECT v, COUNT(*) AS n FROM (SELECT CASE WHEN place < 100 THEN s END AS v FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))) GROUP BY 1
-- ! unsupported 1:8
-- # places by two orders
SELECT COUNT(*) AS n FROM (SELECT ROW_NUMBER() OVER (ORDER BY s) AS a, ROW_NUMBER() OVER (ORDER BY d) AS b FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) WHERE a < 100 AND b < 100
-- ! unsupported 1:72
-- # a window over places
SELECT COUNT(*) AS n FROM (SELECT place, SUM(s) OVER (PARTITION BY place) AS t FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1))) WHERE place < 100
-- ! unsupported 1:42
-- # places in a union
SELECT place, COUNT(*) AS n FROM (SELECT ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1) UNION ALL SELECT 1 FROM dsp_clicks) GROUP BY 1
-- ! unsupported 1:35
-- # places repeated as often as they are large
SELECT COUNT(*) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) r CROSS JOIN (VALUES (1), (2), (3)) v (x) WHERE r.place >= v.x
-- ! unsupported 1:193
-- # a random sample of places
SELECT COUNT(*) AS n FROM (SELECT ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, MAX(device_type) AS d, SUM(impressions) AS s FROM dsp_impressions GROUP BY 1)) WHERE place < 100 AND RANDOM() < 0.1
-- ! unsupported 1:198
-- # a random condition inside an aggregate
SELECT SUM(CASE WHEN RANDOM() < 0.5 THEN impression_cost ELSE 0 END) AS n FROM dsp_impressions
-- ! unsupported 1:12
-- # a condition that holds without the other side
SELECT COUNT(*) AS n FROM (SELECT c.user_id, COUNT(*) AS m FROM dsp_impressions i LEFT JOIN conversions c ON i.user_id = c.user_id WHERE COALESCE(c.conversions, 1) > 0 GROUP BY c.user_id)
-- ! unsupported 1:178
-- # a condition that one of its parts lets pass
SELECT COUNT(*) AS n FROM (SELECT c.user_id, COUNT(*) AS m FROM dsp_impressions i LEFT JOIN conversions c ON i.user_id = c.user_id WHERE c.conversions > 0 OR i.impressions > 0 GROUP BY c.user_id)
-- ! unsupported 1:186
-- # a condition on the side that is kept
SELECT COUNT(*) AS n FROM (SELECT c.user_id, COUNT(*) AS m FROM dsp_impressions i LEFT JOIN conversions c ON i.user_id = c.user_id WHERE i.impressions > 0 GROUP BY c.user_id)
-- ! unsupported 1:165
-- # rows without the other side
SELECT COUNT(*) AS n FROM (SELECT c.user_id, COUNT(*) AS m FROM dsp_impressions i LEFT JOIN conversions c ON i.user_id = c.user_id WHERE c.conversions IS NULL GROUP BY c.user_id)
-- ! unsupported 1:169
-- # a condition on another outer join
SELECT COUNT(*) AS n FROM (SELECT c.user_id, COUNT(*) AS m FROM dsp_impressions i LEFT JOIN conversions c ON i.user_id = c.user_id LEFT JOIN dsp_clicks k ON i.user_id = k.user_id WHERE k.clicks > 0 GROUP BY c.user_id)
-- ! unsupported 1:208
