-- # users joined with all others
SELECT COUNT(*) AS n FROM dsp_impressions i CROSS JOIN conversions c
-- ! unsupported 1:56
-- # users joined by comma
SELECT COUNT(*) AS n FROM dsp_impressions i, conversions c WHERE i.user_id = c.user_id
-- ! unsupported 1:46
-- # users joined by campaign
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign
-- ! unsupported 1:66
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
FROM (SELECT user_id, RANK() OVER (PARTITION BY campaign ORDER BY impression_dt_utc) AS r FROM dsp_impressions) WHERE r = 1
-- ! unsupported 2:23
-- # a window by the optional side of an outer join
SELECT SUM(r) AS n FROM (
  SELECT i.user_id, COUNT(*) OVER (PARTITION BY k.user_id) AS r
  FROM dsp_impressions i LEFT JOIN dsp_clicks k ON i.user_id = k.user_id)
-- ! unsupported 2:21
-- # a query over users in the FILTER of a window
SELECT campaign, COUNT(*) FILTER (WHERE campaign IN (SELECT campaign FROM dsp_clicks)) OVER (ORDER BY campaign) AS n
FROM (SELECT campaign, COUNT(*) AS c FROM dsp_impressions GROUP BY 1)
-- ! unsupported 1:41
-- # a query over users in VALUES
SELECT x FROM (VALUES ((SELECT impression_cost FROM dsp_impressions))) v (x)
-- ! unsupported 1:24
-- # a query over users as a value
SELECT (SELECT impression_cost FROM dsp_impressions WHERE campaign = 'tiny') AS x
-- ! unsupported 1:8
-- # EXISTS over users
SELECT CASE WHEN EXISTS (SELECT 1 FROM dsp_impressions WHERE campaign = 'tiny') THEN 1 ELSE 0 END AS x
-- ! unsupported 1:18
-- # EXISTS over users in HAVING
SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1 HAVING EXISTS (SELECT 1 FROM dsp_clicks WHERE campaign = 'tiny')
-- ! unsupported 1:71
-- # EXISTS over users as a filter of users
SELECT COUNT(*) AS n FROM dsp_impressions WHERE EXISTS (SELECT 1 FROM dsp_clicks WHERE campaign = 'tiny')
-- ! unsupported 1:49
-- # IN with other columns of users
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign IN (SELECT campaign FROM dsp_clicks)
-- ! unsupported 1:49
-- # IN with a query of users where no user is
SELECT COUNT(*) AS n FROM segment_metadata WHERE segment_name IN (SELECT campaign FROM dsp_clicks)
-- ! unsupported 1:50
-- # a query that reads the row around it
SELECT COUNT(*) AS n FROM dsp_impressions i WHERE EXISTS (SELECT 1 FROM conversions c WHERE c.user_id = i.user_id)
-- ! unsupported 1:51
-- # a query that reads a joined column around it
SELECT COUNT(*) AS n FROM (SELECT user_id, campaign AS k FROM dsp_impressions) i
FULL OUTER JOIN (SELECT user_id, campaign AS k FROM dsp_clicks) c USING (user_id)
WHERE (SELECT COUNT(*) FROM segment_metadata m WHERE m.segment_name IS NOT NULL AND user_id IS NOT NULL) > 0
-- ! unsupported 3:7
-- # a query in ON
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN conversions c ON i.user_id = c.user_id AND i.campaign IN (SELECT segment_name FROM segment_metadata)
-- ! unsupported 1:67
-- # a query in a group key
SELECT campaign IN (SELECT segment_name FROM segment_metadata) AS x, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- ! unsupported 1:8
-- # users joined with an aggregation of users
SELECT COUNT(*) AS n FROM dsp_impressions i
JOIN (SELECT campaign, COUNT(*) AS n FROM dsp_clicks GROUP BY 1) k ON i.campaign = k.campaign
-- ! unsupported 2:71
-- # an aggregation of an aggregation
SELECT SUM(n) AS n FROM (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign)
-- ! unsupported 1:1
-- # DISTINCT over an aggregation
SELECT DISTINCT n FROM (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign)
-- ! unsupported 1:1
-- # users' rows in a UNION with others
SELECT campaign, COUNT(*) AS n FROM (SELECT campaign FROM dsp_impressions UNION ALL SELECT 'x') GROUP BY 1
-- ! unsupported 1:38
-- # users' rows in a UNION with an aggregation
SELECT campaign FROM (SELECT campaign FROM dsp_impressions UNION ALL SELECT campaign FROM dsp_clicks GROUP BY campaign)
-- ! unsupported 1:23
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
