-- # VALUES beside the postal code
-- secret postal
-- learns where the victim saw the campaign
SELECT v.code, COUNT(*) AS n FROM dsp_impressions i JOIN (VALUES ('990'), ('995')) v (code) ON i.postal_code = v.code GROUP BY 1
-- # VALUES beside the city with USING
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions JOIN (VALUES ('Avalon')) v (city_name) USING (city_name)
-- # a cross join with VALUES and a comparison above it
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions i CROSS JOIN (VALUES ('Avalon')) v (city) WHERE i.city_name = v.city
-- # VALUES that hold the victim's campaign, many times over
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN (VALUES ('solo'), ('solo'), ('solo')) v (c) ON i.campaign = v.c
-- # users made up on the other side of a left join
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n, COUNT(i.campaign) AS seen
FROM (VALUES (1), (2), (3), (4)) v (x) LEFT JOIN dsp_impressions i ON i.campaign = 'solo'
-- # users made up on the other side of a full join
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM (VALUES (1), (2), (3)) v (x) FULL OUTER JOIN (SELECT campaign, campaign_id FROM dsp_impressions WHERE campaign = 'solo') i ON i.campaign_id = v.x WHERE i.campaign IS NOT NULL OR v.x < 3
-- # a weight for each campaign, the victim's the only one
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(i.impression_cost * v.weight) AS n
FROM dsp_impressions i JOIN (VALUES (1, 0), (2, 0), (3, 0), (998, 0), (999, 1)) v (id, weight) ON i.campaign_id = v.id
-- # a self-join of the victim's own rows to have more of them
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n, COUNT(b.user_id) AS users
FROM dsp_impressions a JOIN dsp_impressions b ON a.user_id = b.user_id WHERE a.campaign = 'solo'
-- # users of another table who have nothing to do with the victim
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_clicks c JOIN dsp_impressions i ON i.campaign = 'solo'
-- # the victim beside everyone, not by the user
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(DISTINCT c.user_id) AS n FROM dsp_clicks c JOIN dsp_impressions i ON i.campaign = 'solo' AND c.campaign <> i.campaign
-- # the victim's city beside everyone's
-- secret city
-- learns the victim's city by how many share it
SELECT COUNT(DISTINCT b.user_id) AS n FROM dsp_impressions a JOIN dsp_impressions b ON a.city_name = b.city_name WHERE a.campaign = 'solo'
-- # the same with the victim's row as a WITH query
-- secret city
-- learns the victim's city by how many share it
WITH v AS (SELECT city_name FROM dsp_impressions WHERE campaign = 'solo')
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN v ON i.city_name = v.city_name
-- # the same with IN
-- secret city
-- learns the victim's city by how many share it
SELECT COUNT(*) AS n FROM dsp_impressions WHERE city_name IN (SELECT city_name FROM dsp_impressions WHERE campaign = 'solo')
-- # the same with a group of the victim's that is joined
-- secret city
-- learns the victim's city by which row is there
WITH v AS (SELECT city_name, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1),
  everyone AS (SELECT city_name, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'solo' GROUP BY 1)
SELECT e.city_name, e.n FROM everyone e JOIN v ON e.city_name = v.city_name
-- # a left join whose empty side tells
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret purchased
-- learns whether the victim bought
SELECT i.campaign, COUNT(c.user_id) AS bought, COUNT(DISTINCT i.user_id) AS users
FROM dsp_impressions i LEFT JOIN conversions c ON i.user_id = c.user_id AND c.conversion_event_name = 'solo purchase'
WHERE i.campaign LIKE 'mass%' GROUP BY 1
-- # a full join whose one side is the victim's alone
-- secret purchased
-- learns whether the victim bought
SELECT CASE WHEN c.user_id IS NULL THEN 'no' ELSE 'yes' END AS bought, COUNT(DISTINCT i.user_id) AS users
FROM dsp_impressions i FULL OUTER JOIN (SELECT user_id FROM conversions WHERE conversion_event_name = 'solo purchase') c
ON i.user_id = c.user_id WHERE i.campaign = 'mass 2' AND c.user_id IS NOT NULL GROUP BY 1
-- # a join with rows whose user is not known
-- secret strangerClicked
-- learns whether the stranger clicked
SELECT COUNT(*) AS n, COUNT(DISTINCT i.user_id) AS users
FROM dsp_impressions i FULL OUTER JOIN (SELECT user_id, campaign FROM dsp_clicks WHERE campaign = 'stray') c ON i.user_id = c.user_id
WHERE i.campaign = 'solo' OR c.campaign = 'stray'
-- # guarded rows beside guarded rows that differ by the victim
-- weights 1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT a.device_type, a.n - b.n AS difference
FROM (SELECT device_type, COUNT(*) AS n FROM dsp_impressions GROUP BY 1) a
JOIN (SELECT device_type, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'solo' GROUP BY 1) b ON a.device_type = b.device_type
