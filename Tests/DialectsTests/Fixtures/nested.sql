-- # an aggregation of an aggregation: the campaign of one user is gone before
SELECT SUM(n) AS n, COUNT(*) AS campaigns FROM (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign)
-- = n,campaigns
-- = 2997,4
-- # DISTINCT over an aggregation
SELECT DISTINCT n FROM (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign)
-- = n
-- = 747
-- = 750
-- # a share of the total
SELECT campaign, n, SUM(n) OVER () AS total FROM (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1)
-- = campaign,n,total
-- = campaign 0,750,2997
-- = campaign 1,750,2997
-- = campaign 2,750,2997
-- = campaign 3,747,2997
-- # metrics of two tables, one below the other, then added up
WITH i AS (SELECT campaign, COUNT(*) AS imps, 0 AS clicks FROM dsp_impressions GROUP BY 1),
c AS (SELECT campaign, 0 AS imps, COUNT(*) AS clicks FROM dsp_clicks GROUP BY 1)
SELECT campaign, SUM(imps) AS imps, SUM(clicks) AS clicks FROM (SELECT i.* FROM i UNION ALL SELECT c.* FROM c) GROUP BY 1
-- = campaign,imps,clicks
-- = campaign 0,750,0
-- = campaign 1,750,50
-- = campaign 2,750,0
-- = campaign 3,747,50
-- # users' rows beside an aggregation of many
SELECT COUNT(*) AS n FROM dsp_impressions i
JOIN (SELECT campaign, COUNT(*) AS n FROM dsp_clicks GROUP BY 1) k ON i.campaign = k.campaign
-- = n
-- = 1497
-- # IN over a column of users' rows: what enough users have
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign IN (SELECT campaign FROM dsp_clicks)
-- = n
-- = 1497
-- # IN leaves out what only one user has
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign_id IN (SELECT campaign_id FROM dsp_impressions WHERE campaign = 'tiny')
-- = n
-- # EXISTS over users' rows: enough users
SELECT COUNT(*) AS n FROM dsp_impressions WHERE EXISTS (SELECT 1 FROM dsp_clicks WHERE campaign = 'campaign 1')
-- = n
-- = 3000
-- # EXISTS over the rows of one user is not true
SELECT COUNT(*) AS n FROM dsp_impressions WHERE NOT EXISTS (SELECT 1 FROM dsp_impressions WHERE campaign = 'tiny')
-- = n
-- = 3000
-- # EXISTS with the row's own user
SELECT COUNT(DISTINCT i.user_id) AS users FROM dsp_impressions i
WHERE EXISTS (SELECT 1 FROM conversions c WHERE c.user_id = i.user_id)
-- = users
-- = 327
-- # NOT EXISTS with the row's own user
SELECT COUNT(DISTINCT i.user_id) AS users FROM dsp_impressions i
WHERE NOT EXISTS (SELECT 1 FROM conversions c WHERE c.user_id = i.user_id AND c.event_subtype = 'order')
-- = users
-- = 820
-- # a value of the row's own user
SELECT orders, COUNT(*) AS users FROM (
  SELECT user_id, (SELECT COUNT(*) FROM conversions c WHERE c.user_id = u.user_id AND event_subtype = 'order') AS orders
  FROM (SELECT DISTINCT user_id FROM dsp_impressions) u)
GROUP BY 1
-- = orders,users
-- = 0,821
-- = 1,160
-- # IN that compares the row's own user
SELECT COUNT(*) AS n FROM dsp_clicks k
WHERE 'shoppingCart' IN (SELECT event_subtype FROM conversions c WHERE c.user_id = k.user_id)
-- = n
-- = 34
-- # a subquery in a group key
SELECT campaign IN (SELECT CONCAT('campaign ', segment_id) FROM segment_metadata) AS known, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- = known,n
-- = false,753
-- = true,2247
-- # a subquery in ON
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN conversions c
ON i.user_id = c.user_id AND i.campaign IN (SELECT CONCAT('campaign ', segment_id) FROM segment_metadata)
-- = n
-- = 748
-- # a figure over the rows of many users, NULL where there are too few
SELECT COUNT(DISTINCT user_id) AS users FROM (
  SELECT user_id, SUM(impressions) OVER (PARTITION BY campaign) AS total FROM dsp_impressions) WHERE total IS NOT NULL
-- = users
-- = 979
-- # each user against the average of all
SELECT CASE WHEN n / average > 1 THEN 'more' ELSE 'less' END AS side, COUNT(DISTINCT user_id) AS users FROM (
  SELECT user_id, n, AVG(n) OVER () AS average FROM (
    SELECT user_id, SUM(impressions) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id))
GROUP BY 1
-- = side,users
-- = less,580
-- = more,400
-- # a rank within one event
SELECT COUNT(*) AS n FROM (
  SELECT user_id, ROW_NUMBER() OVER (PARTITION BY request_tag ORDER BY impression_dt_utc) AS r FROM dsp_impressions) WHERE r = 1
-- = n
-- = 3000
-- # users joined by comma
SELECT COUNT(DISTINCT i.user_id) AS users FROM dsp_impressions i, conversions c WHERE i.user_id = c.user_id
-- = users
-- = 327
-- # two keys that together are the user
SELECT n, COUNT(DISTINCT a) AS seen, COUNT(DISTINCT b) AS clicked FROM (
  SELECT i.user_id AS a, k.user_id AS b, COUNT(*) AS n
  FROM (SELECT DISTINCT user_id FROM dsp_impressions WHERE campaign_id = 1) i
  FULL OUTER JOIN (SELECT DISTINCT user_id FROM dsp_clicks) k ON i.user_id = k.user_id
  WHERE COALESCE(i.user_id, k.user_id) IS NOT NULL GROUP BY 1, 2)
GROUP BY 1
-- = n,seen,clicked
-- = 1,250,100
-- # values that only one user has are not counted
SELECT COUNT(DISTINCT campaign) AS n FROM dsp_impressions
-- = n
-- = 4
-- # values that many users have of their own are
SELECT COUNT(DISTINCT request_tag) AS n FROM dsp_impressions
-- = n
-- = 3000
-- # how many truths there are: the one that tells of a single user does not count
SELECT COUNT(DISTINCT CASE WHEN campaign = 'tiny' THEN 1 ELSE 0 END) AS n FROM dsp_impressions
-- = n
-- # a branch that one user is in hides the figure
SELECT SUM(CASE WHEN campaign = 'tiny' THEN impression_cost ELSE 1000 END) AS n FROM dsp_impressions WHERE campaign_id <> 3 OR campaign = 'tiny'
-- = n
-- # also when it is in an inner query, and over windows
SELECT SUM(n) AS n FROM (
  SELECT user_id, campaign, SUM(CASE WHEN campaign = 'tiny' THEN impression_cost ELSE 1000 END) OVER (PARTITION BY user_id) AS n
  FROM dsp_impressions WHERE campaign_id <> 3 OR campaign = 'tiny')
-- = n
-- # the complement of one user
SELECT COUNT(*) FILTER (WHERE campaign <> 'tiny') AS n FROM dsp_impressions
-- = n
-- # what deviates in one user
SELECT VAR_POP(impression_cost) AS n FROM dsp_impressions WHERE campaign_id = 3
-- = n
-- # a spread that many make up
SELECT ROUND(STDDEV_POP(n), 3) AS n FROM (SELECT user_id, SUM(impressions) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY 1)
-- = n
-- = 1.399
-- # the users of either side, by a name of the projection
SELECT COUNT(*) AS n FROM (
  SELECT DISTINCT user_id, d FROM (
    SELECT COALESCE(a.user_id, b.user_id) AS user_id, a.d
    FROM (SELECT user_id, device_type AS d FROM dsp_clicks) a
    FULL OUTER JOIN (SELECT user_id FROM dsp_impressions WHERE user_id IS NOT NULL) b ON a.user_id = b.user_id) u)
-- = n
-- = 980
-- # two keys that together are the user, each of two tables
SELECT COUNT(DISTINCT i) AS i, COUNT(DISTINCT p) AS p FROM (
  SELECT a.user_id AS i, b.user_id AS p, COUNT(*) AS n
  FROM (SELECT x.user_id, COUNT(*) AS n FROM dsp_impressions x JOIN dsp_clicks y ON x.user_id = y.user_id GROUP BY 1) a
  FULL OUTER JOIN (SELECT user_id, SUM(conversions) AS n FROM conversions GROUP BY 1) b ON a.user_id = b.user_id
  GROUP BY 1, 2)
-- = i,p
-- = 100,333
