-- # the share of each row in the whole, with the victim's the largest
-- secret cost
-- learns what the victim's impression cost
SELECT ROUND(share, 3) AS share, COUNT(*) AS n FROM (SELECT impression_cost / SUM(impression_cost) OVER () AS share FROM dsp_impressions WHERE campaign <> 'stray')
WHERE share > 0.003 GROUP BY 1
-- # a window over the victim's campaign beside each row
-- secret cost
-- learns what the victim's impression cost
SELECT total, COUNT(*) AS n FROM (SELECT campaign, SUM(impression_cost) OVER (PARTITION BY browser_family) AS total FROM dsp_impressions) WHERE campaign = 'solo' GROUP BY 1
-- # a window over all as a constant beside users
-- secret cost
-- learns what the victim's impression cost
SELECT COUNT(*) AS n FROM (SELECT user_id, MAX(impression_cost) OVER (PARTITION BY dma_code) AS top FROM dsp_impressions WHERE campaign <> 'stray') WHERE top > 6000
-- # whether a window over a small group is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM (SELECT browser_family, COUNT(*) OVER (PARTITION BY browser_family) AS people FROM dsp_impressions) WHERE people < 2
-- # rows of hidden groups by a left join
-- by what is hidden
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions i
LEFT JOIN (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1) g ON i.campaign = g.campaign WHERE g.n IS NULL AND i.campaign <> 'stray'
-- # rows of hidden groups as a difference
-- by what is hidden
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) - COUNT(g.n) AS n FROM dsp_impressions i
LEFT JOIN (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1) g ON i.campaign = g.campaign WHERE i.campaign <> 'stray'
-- # the victim's city beside guarded rows
-- secret city
-- learns the victim's city
SELECT SUM(g.n) AS n FROM dsp_impressions i
JOIN (SELECT city_name, COUNT(*) AS n FROM dsp_impressions WHERE dma_code = 'east' GROUP BY 1) g ON i.city_name = g.city_name WHERE i.campaign = 'solo'
-- # guarded rows joined to the victim's by a number
-- secret cost
-- learns whether the victim's impression cost less than a measure of all users
SELECT COUNT(*) AS n FROM dsp_impressions i
JOIN (SELECT AVG(impression_cost) * 3 AS bound FROM dsp_impressions WHERE campaign LIKE 'mass%') g ON i.impression_cost < g.bound WHERE i.campaign = 'solo'
-- # a correlated EXISTS by the user beside the victim alone
-- secret purchased
-- learns whether the victim bought
SELECT COUNT(*) AS n FROM dsp_impressions i WHERE i.campaign = 'solo'
AND EXISTS (SELECT 1 FROM conversions c WHERE c.user_id = i.user_id AND c.conversion_event_name = 'solo purchase')
-- # a correlated EXISTS as a condition inside an aggregate
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret purchased
-- learns whether the victim bought
SELECT SUM(CASE WHEN EXISTS (SELECT 1 FROM conversions c WHERE c.user_id = i.user_id AND c.conversion_event_name = 'solo purchase') THEN 5 ELSE 1 END) AS n
FROM dsp_impressions i
-- # a correlated sum of another table
-- secret sales
-- learns what the victim paid
SELECT SUM((SELECT SUM(c.total_product_sales) FROM conversions c WHERE c.user_id = i.user_id)) AS n FROM dsp_impressions i WHERE i.campaign = 'solo'
-- # the group of two users' keys
-- secret purchased
-- learns whether the victim bought
SELECT CASE WHEN buyer IS NULL THEN 'no' ELSE 'yes' END AS bought, COUNT(*) AS n FROM (
  SELECT i.user_id AS viewer, c.user_id AS buyer, COUNT(*) AS n FROM dsp_impressions i
  FULL OUTER JOIN (SELECT user_id FROM conversions WHERE conversion_event_name = 'solo purchase') c ON i.user_id = c.user_id
  GROUP BY 1, 2) WHERE buyer IS NOT NULL GROUP BY 1
-- # rows by the event, which is one user's
-- secret cost
-- learns what the victim's impression cost
SELECT top, COUNT(*) AS n FROM (SELECT campaign, MAX(impression_cost) OVER (PARTITION BY request_tag) AS top FROM dsp_impressions) WHERE campaign = 'solo' GROUP BY 1
-- # a guarded set that holds the victim's value or not
-- secret system
-- learns the victim's operating system
SELECT COUNT(*) AS n FROM segment_metadata WHERE 'Haiku' IN (SELECT operating_system FROM dsp_impressions)
-- # whether anybody is in a guarded set
-- secret product
-- learns what the victim bought
SELECT COUNT(*) AS n FROM segment_metadata WHERE EXISTS (SELECT 1 FROM conversions WHERE tracked_asin = 'BSECRET')
-- # the sum of guarded counts and the count of all
-- tolerated groups that are hidden are what is missing from a total that is shown
-- secret seen
-- learns how many impressions are in the groups that are not shown
SELECT SUM(n) AS shown, MAX(total) AS total FROM (SELECT campaign, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)
CROSS JOIN (SELECT COUNT(*) AS total FROM dsp_impressions WHERE campaign <> 'stray')
-- # an average of guarded averages
-- secret sales
-- learns what the victim paid
SELECT AVG(a) AS n FROM (SELECT tracked_asin, AVG(total_product_sales) AS a FROM conversions WHERE conversion_event_name = 'solo purchase' GROUP BY 1)
-- # nobody's rows that make the victim's group larger
-- secret seen
-- learns whether the victim saw the campaign
SELECT campaign, COUNT(*) AS n FROM (SELECT user_id, campaign FROM dsp_impressions WHERE campaign = 'solo'
  UNION ALL SELECT NULL, 'solo' UNION ALL SELECT NULL, 'solo') GROUP BY 1
-- # guarded rows that make the victim's group larger
-- secret seen
-- learns whether the victim saw the campaign
SELECT kind, SUM(n) AS n FROM (SELECT user_id, 'x' AS kind, 1 AS n FROM dsp_impressions WHERE campaign = 'solo'
  UNION ALL SELECT NULL, 'x', COUNT(*) FROM dsp_clicks) GROUP BY 1
-- # a median between what others have, with nothing in between
-- tolerated a percentile is one of the values that are there; who sets all others apart knows whose
-- secret cost
-- learns what the victim's impression cost
SELECT MEDIAN(total_cost) AS n FROM dsp_impressions WHERE campaign = 'solo' OR impression_hour_utc = 1 AND campaign <> 'stray'
-- # a percentile beside values that a filter sets apart
-- secret cost
-- learns what the victim's impression cost
SELECT PERCENTILE(impression_cost, 0.9) AS n FROM dsp_impressions WHERE campaign = 'solo' OR impression_cost = 1000 AND dma_code = 'west' AND campaign_id = 3 AND bid_price = 100
