-- # HAVING that looks at the victim's part
-- secret cost
-- learns whether the victim's impression cost more than 6,000
SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1 HAVING MAX(impression_cost) > 6000
-- # HAVING on a sum that one user dominates
-- secret sales
-- learns whether the victim paid more than 60,000
SELECT COUNT(*) AS n FROM conversions HAVING SUM(total_product_sales) > 60000
-- # a filter above guarded rows on what is not shown
-- secret cost
-- learns whether the victim's impression cost more than 6,000
SELECT n FROM (SELECT campaign, COUNT(*) AS n, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1) WHERE s > 6000 AND campaign = 'solo'
-- # the number of rows that are shown
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM (SELECT campaign, COUNT(*) AS c FROM dsp_impressions GROUP BY 1)
-- # an aggregate of aggregates
-- secret seen
-- learns whether the victim saw the campaign
SELECT SUM(c) AS n, MAX(c) AS m FROM (SELECT campaign, COUNT(*) AS c FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1)
-- # an aggregate of aggregates by a rare key
-- secret seen
-- learns whether the victim saw the campaign
SELECT device_type, SUM(users) AS n FROM (SELECT device_type, browser_family, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY 1, 2) GROUP BY 1
-- # by user first, then by the victim's sum
-- secret cost
-- learns what the victim's impressions cost
SELECT total, COUNT(*) AS users FROM (SELECT user_id, SUM(impression_cost) AS total FROM dsp_impressions GROUP BY 1) WHERE total > 6000 GROUP BY 1
-- # by user first, then by a bucket that nobody else is in
-- secret cost
-- learns whether the victim's impressions cost more than 12,000
SELECT CASE WHEN total > 12000 THEN 'much' ELSE 'little' END AS bucket, COUNT(*) AS users
FROM (SELECT user_id, SUM(impression_cost) AS total FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1) WHERE total > 9000 GROUP BY 1
-- # how often each was reached
-- secret seen
-- learns whether the victim saw the campaign, as nobody else has four impressions
SELECT frequency, COUNT(*) AS users FROM (SELECT user_id, COUNT(*) AS frequency FROM dsp_impressions GROUP BY 1) WHERE frequency > 3 GROUP BY 1
-- # users of a scalar query
-- secret cost
-- learns what the victim's impression cost
SELECT (SELECT SUM(impression_cost) FROM dsp_impressions WHERE campaign = 'solo') AS n
-- # EXISTS
-- secret seen
-- learns whether the victim saw the campaign
SELECT 'yes' AS n FROM (VALUES (1)) v (x) WHERE EXISTS (SELECT 1 FROM dsp_impressions WHERE campaign = 'solo')
-- # NOT EXISTS beside rows of users
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM conversions WHERE NOT EXISTS (SELECT 1 FROM dsp_impressions WHERE campaign = 'solo')
-- # EXISTS of a guarded query
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM conversions WHERE EXISTS (SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' HAVING COUNT(*) > 0)
-- # a correlated query
-- secret cost
-- learns what the victim's impression cost
SELECT m.segment_name, (SELECT SUM(i.impression_cost) FROM dsp_impressions i WHERE i.campaign_id = m.segment_id + 99) AS n FROM segment_metadata m
-- # a correlated EXISTS
-- secret purchased
-- learns whether the victim bought
SELECT COUNT(*) AS n FROM dsp_impressions i WHERE EXISTS (SELECT 1 FROM conversions c WHERE c.user_id = i.user_id AND c.conversion_event_name = 'solo purchase')
-- # users of a query of one user
-- secret purchased
-- learns whether the victim bought
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id IN (SELECT user_id FROM conversions WHERE conversion_event_name = 'solo purchase')
-- # IN with a literal of a guarded query
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE 'Avalon' IN (SELECT city_name FROM dsp_impressions WHERE campaign = 'solo')
-- # a scalar query of the city
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM conversions WHERE (SELECT MAX(city_name) FROM dsp_impressions WHERE campaign = 'solo') = 'Avalon'
-- # NOT IN with users that are not known
-- secret strangerClicked
-- learns whether the stranger clicked: then nothing is known not to be in
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id NOT IN (SELECT user_id FROM dsp_clicks WHERE campaign = 'stray')
-- # IN that is neither true nor false
-- secret strangerClicked
-- learns whether the stranger clicked
SELECT COUNT(*) AS n FROM dsp_impressions WHERE (user_id IN (SELECT user_id FROM dsp_clicks WHERE campaign = 'stray')) IS NULL AND user_id IS NOT NULL
-- # a WITH query read twice
-- secret seen
-- learns whether the victim saw the campaign
WITH v AS (SELECT user_id FROM dsp_impressions WHERE campaign = 'solo')
SELECT COUNT(*) AS n FROM v a JOIN v b ON a.user_id = b.user_id
-- # a WITH query as two paths
-- secret seen
-- learns whether the victim saw the campaign
WITH v AS (SELECT user_id FROM dsp_impressions WHERE campaign = 'solo')
SELECT COUNT(*) AS n FROM (SELECT user_id FROM v UNION ALL SELECT user_id FROM v)
-- # a subquery in SELECT beside users' rows
-- secret seen
-- learns whether the victim saw the campaign
SELECT campaign, COUNT(*) AS n, (SELECT COUNT(*) FROM dsp_impressions WHERE campaign = 'solo') AS solo FROM dsp_impressions GROUP BY 1
-- # a subquery in a group key
-- secret purchased
-- learns whether the victim bought
SELECT user_id IN (SELECT user_id FROM conversions WHERE conversion_event_name = 'solo purchase') AS bought, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # a subquery in an aggregate
-- secret purchased
-- learns whether the victim bought
SELECT SUM(CASE WHEN user_id IN (SELECT user_id FROM conversions WHERE conversion_event_name = 'solo purchase') THEN 1 ELSE 0 END) AS n FROM dsp_impressions
-- # a subquery in ON
-- secret purchased
-- learns whether the victim bought
SELECT COUNT(*) AS n FROM (VALUES (1)) v (x) JOIN dsp_impressions i ON i.user_id IN (SELECT user_id FROM conversions WHERE conversion_event_name = 'solo purchase')
-- # a subquery in VALUES
-- secret cost
-- learns what the victim's impression cost
SELECT x FROM (VALUES ((SELECT SUM(impression_cost) FROM dsp_impressions WHERE campaign = 'solo'))) v (x)
-- # a group by the hash of what is sensitive
-- secret postal
-- learns where the victim saw the campaign
SELECT MD5(postal_code) AS code, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- # a group by the hash of the user
-- secret seen
-- learns whether the victim saw the campaign
SELECT HASH64(user_id) AS who, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # a group by the user
-- secret seen
-- learns whether the victim saw the campaign
SELECT user_id, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- # a group by the event
-- secret cost
-- learns what the victim's impression cost
SELECT request_tag, SUM(impression_cost) AS n FROM dsp_impressions GROUP BY 1
-- # a group by half of the user's key
-- secret seen
-- learns whether the victim saw the campaign
SELECT RIGHT(CAST(user_id AS VARCHAR), 2) AS part, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # rows in order, and only the first
-- not in the language
-- secret city
-- learns the victim's city
SELECT city_name, bid_price FROM dsp_impressions ORDER BY bid_price DESC LIMIT 1
-- # a guarded result cut after its first row
-- not in the language
-- secret seen
-- learns whether the victim saw the campaign
SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1 ORDER BY campaign_id DESC LIMIT 1
-- # groups in order of a hidden measure
-- secret sales
-- learns which group the victim's purchase is in
SELECT new_to_brand FROM (SELECT new_to_brand, SUM(total_product_sales) AS s, COUNT(*) AS n FROM conversions GROUP BY 1) WHERE s > 55000
-- # everything of everyone
-- secret city
-- learns all
SELECT campaign, city_name, bid_price FROM dsp_impressions
-- # guarded rows joined to all that is left of them
-- secret seen
-- learns whether the victim saw the campaign
WITH shown AS (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1),
  names AS (SELECT 'solo' AS campaign UNION ALL SELECT 'nothing')
SELECT n.campaign, s.n FROM names n LEFT JOIN shown s ON n.campaign = s.campaign
-- # a random sample that always has the victim
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' OR RANDOM() < 0
