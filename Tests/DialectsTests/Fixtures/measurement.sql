-- # distinct users of everything: 1,000 less 20 unknown ones
SELECT COUNT(DISTINCT user_id) AS users FROM dsp_impressions
-- = users
-- = 980
-- # the size of an audience before it is made
SELECT COUNT(DISTINCT user_id) FROM conversions WHERE event_subtype = 'shoppingCart'
-- = EXPR$0
-- = 167
-- # a campaign with one user is not shown
SELECT campaign, COUNT(DISTINCT user_id) AS users, SUM(impressions) AS impressions FROM dsp_impressions GROUP BY campaign
-- = campaign,users,impressions
-- = campaign 0,240,750
-- = campaign 1,250,750
-- = campaign 2,240,750
-- = campaign 3,249,747
-- # a figure that one user dominates drops its row
SELECT campaign, SUM(impression_cost) AS cost FROM dsp_impressions GROUP BY campaign
-- = campaign,cost
-- = campaign 0,1750000
-- = campaign 1,1750000
-- = campaign 2,1750000
-- # postal codes have 5 users each, fewer than HIGH needs
SELECT postal_code, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- = postal_code,n
-- # cities have 500
SELECT city_name, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- = city_name,n
-- = city 0,1500
-- = city 1,1500
-- # a global aggregate of nobody gives no row
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'no such campaign'
-- = n
-- # one user alone behind a filter gives no row
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'tiny'
-- = n
-- # two users are enough for LOW
SELECT campaign, COUNT(*) AS n FROM dsp_impressions WHERE campaign_id_string = '1' AND placement_view_rate * 4 = 1 GROUP BY campaign
-- = campaign,n
-- = campaign 1,750
-- # minimum, maximum, average: MEDIUM needs 100 users
SELECT device_type, MIN(bid_price) AS low, MAX(bid_price) AS high FROM dsp_impressions GROUP BY device_type
-- = device_type,low,high
-- = PC,100,106
-- = Phone,100,106
-- # an aggregate that needs all rows at once: distinct values, median
SELECT device_type, COUNT(DISTINCT campaign_id) AS campaigns, MEDIAN(impressions) AS m FROM dsp_impressions GROUP BY device_type
-- = device_type,campaigns,m
-- = PC,4,1.0
-- = Phone,4,1.0
-- # frequency: by user first, then over users
SELECT impressions AS frequency, COUNT(DISTINCT user_id) AS users
FROM (SELECT user_id, SUM(impressions) AS impressions FROM dsp_impressions GROUP BY user_id)
GROUP BY 1
-- = frequency,users
-- = 1,180
-- = 2,200
-- = 3,200
-- = 4,200
-- = 5,200
-- # the hidden user is carried through subqueries that do not select it
WITH i AS (SELECT campaign, impressions AS n FROM dsp_impressions)
SELECT campaign, SUM(n) AS total FROM (SELECT campaign, n FROM i WHERE n > 0) GROUP BY campaign
-- = campaign,total
-- = campaign 0,750
-- = campaign 1,750
-- = campaign 2,750
-- = campaign 3,747
-- # users of both tables, joined by user
SELECT COUNT(DISTINCT i.user_id) AS users FROM dsp_impressions i JOIN conversions c ON i.user_id = c.user_id
-- = users
-- = 327
-- # a left join keeps those without a conversion
SELECT COUNT(DISTINCT i.user_id) AS reached, COUNT(DISTINCT c.user_id) AS converted
FROM dsp_impressions i LEFT JOIN conversions c ON i.user_id = c.user_id
-- = reached,converted
-- = 980,327
-- # a full join has both
SELECT COUNT(DISTINCT COALESCE(k.user_id, c.user_id)) AS users
FROM dsp_clicks k FULL OUTER JOIN conversions c ON k.user_id = c.user_id
-- = users
-- = 399
-- # users in another table
SELECT COUNT(DISTINCT user_id) AS users FROM dsp_impressions WHERE user_id IN (SELECT user_id FROM conversions)
-- = users
-- = 327
-- # users not in another table
SELECT COUNT(DISTINCT user_id) AS users FROM dsp_impressions WHERE user_id NOT IN (SELECT user_id FROM conversions)
-- = users
-- = 653
-- # UNION ALL of users' rows
SELECT what, COUNT(DISTINCT user_id) AS users, COUNT(*) AS events
FROM (SELECT 'click' AS what, user_id FROM dsp_clicks UNION ALL SELECT 'conversion', user_id FROM conversions)
GROUP BY what
-- = what,users,events
-- = click,100,100
-- = conversion,333,333
-- # ranks over groups that are shown
SELECT campaign, users, RANK() OVER (ORDER BY users DESC) AS place
FROM (SELECT campaign, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY campaign)
-- = campaign,users,place
-- = campaign 1,250,1
-- = campaign 3,249,2
-- = campaign 0,240,3
-- = campaign 2,240,3
-- # HAVING
SELECT campaign, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY campaign HAVING COUNT(DISTINCT user_id) > 245
-- = campaign,users
-- = campaign 1,250
-- = campaign 3,249
-- # a window over each user's own rows
SELECT COUNT(*) AS firsts FROM (
  SELECT user_id, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY impression_dt_utc) AS place FROM dsp_impressions
) WHERE place = 1
-- = firsts
-- = 981
-- # names beside ids, from a table without users
SELECT m.segment_name, COUNT(DISTINCT i.user_id) AS users
FROM (SELECT user_id, EXPLODE(matched_behavior_segment_ids) AS segment FROM dsp_impressions) i
JOIN segment_metadata m ON m.segment_id = i.segment
GROUP BY 1
-- = segment_name,users
-- = segment 1,327
-- = segment 2,326
-- # DISTINCT values that enough users have
SELECT DISTINCT campaign FROM dsp_impressions
-- = campaign
-- = campaign 0
-- = campaign 1
-- = campaign 2
-- = campaign 3
-- # the time window ends before its end: users of day 10 and later days have none
SELECT MIN(impression_date_utc) AS first, MAX(impression_date_utc) AS last FROM dsp_impressions
-- = first,last
-- = 2025-01-01,2025-01-10
-- # parameters filter like literals
SELECT COUNT(DISTINCT user_id) AS users FROM dsp_impressions WHERE campaign = CUSTOM_PARAMETER('campaign')
-- = users
-- = 250
-- # two users who share a figure evenly
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id IN (SELECT user_id FROM dsp_clicks) AND campaign_id = 3
-- = n
-- = 200
-- # a left join grouped by the user of the other side: a condition leaves the rows that have one
SELECT COUNT(*) AS users, SUM(n) AS n FROM (SELECT c.user_id, SUM(i.impressions) AS n FROM dsp_impressions i
LEFT JOIN conversions c ON i.user_id = c.user_id WHERE c.conversions > 0 GROUP BY c.user_id)
-- = users,n
-- = 327,995
-- # the same through a WITH query, by a value under another name
WITH both_sides AS (SELECT i.user_id AS saw, c.user_id AS bought, c.conversions * 1 AS times, i.impressions AS n
FROM dsp_impressions i LEFT JOIN conversions c ON i.user_id = c.user_id),
buyers AS (SELECT bought, SUM(n) AS n FROM both_sides WHERE times IN (1, 2) AND n > 0 GROUP BY bought)
SELECT COUNT(DISTINCT bought) AS users, SUM(n) AS n FROM buyers
-- = users,n
-- = 327,995
-- # a full join grouped by the user of one side
SELECT COUNT(*) AS users FROM (SELECT k.user_id, COUNT(*) AS n FROM dsp_clicks k
FULL OUTER JOIN conversions c ON k.user_id = c.user_id WHERE SECONDS_BETWEEN(k.click_dt_utc, k.click_dt_utc) = 0
GROUP BY k.user_id)
-- = users
-- = 100
-- # a sample by a rate of each row
SELECT CASE WHEN n BETWEEN 600 AND 900 THEN 'a quarter' END AS part FROM (SELECT COUNT(*) AS n FROM dsp_impressions
WHERE RANDOM() < COALESCE(placement_view_rate, 1.0))
-- = part
-- = a quarter
-- # all rows where no rate is known
SELECT COUNT(*) AS n FROM dsp_impressions WHERE RANDOM() < COALESCE(NULLIF(placement_view_rate, 0.25), 1.0)
-- = n
-- = 3000
-- # two rates of one condition are drawn apart
SELECT CASE WHEN n BETWEEN 1200 AND 1450 THEN 'seven sixteenths' END AS part FROM (SELECT COUNT(*) AS n
FROM dsp_impressions WHERE RANDOM() < placement_view_rate OR RANDOM() < placement_view_rate)
-- = part
-- = seven sixteenths
