-- # all, and all but the victim's campaign
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions
-- then
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'solo'
-- # the costs of both
-- weights 1 -1
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray' AND campaign <> 'solo'
-- # a list with and without the campaign
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign IN ('mass 0', 'mass 1', 'solo')
-- then
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign IN ('mass 0', 'mass 1')
-- # the same filter in other words
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign_id < 4 OR campaign_id = 999
-- then
SELECT COUNT(*) AS n FROM dsp_impressions WHERE NOT campaign_id_string > '3'
-- # parameters that differ, and the same text
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
-- parameter but = nothing
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign <> CUSTOM_PARAMETER('but')
-- then
-- parameter but = solo
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign <> CUSTOM_PARAMETER('but')
-- # by device, with and without the campaign
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT device_type, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- then
SELECT device_type, COUNT(*) AS n FROM dsp_impressions WHERE browser_family = 'Chrome' GROUP BY 1
-- # a join that leaves the campaign out
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions
-- then
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN (VALUES ('mass 0'), ('mass 1'), ('mass 2'), ('stray')) v (c) ON i.campaign = v.c
-- # users who did not see it
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns how often the victim saw any campaign
SELECT COUNT(*) AS n FROM dsp_impressions
-- then
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id NOT IN (SELECT user_id FROM dsp_impressions WHERE campaign = 'solo')
-- # a window with and without the moment
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret time
-- learns when the victim saw the campaign
-- window 2025-01-01T00:00:00Z 2025-01-05T03:17:00Z
SELECT COUNT(*) AS n FROM dsp_impressions
-- then
-- window 2025-01-01T00:00:00Z 2025-01-05T03:18:00Z
SELECT COUNT(*) AS n FROM dsp_impressions
-- # a day, and its two halves
-- weights 1 -1 -1
-- secret time
-- learns whether the victim saw the campaign in the morning
-- window 2025-01-05T00:00:00Z 2025-01-06T00:00:00Z
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_hour_utc <> 3 OR browser_family = 'Lynx'
-- then
-- window 2025-01-05T00:00:00Z 2025-01-05T03:00:00Z
SELECT COUNT(*) AS n FROM dsp_impressions
-- then
-- window 2025-01-05T04:00:00Z 2025-01-06T00:00:00Z
SELECT COUNT(*) AS n FROM dsp_impressions
-- # a time in the filter instead of the window
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret time
-- learns when the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_dt_utc < TIMESTAMP '2025-01-05 03:17:00'
-- then
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_dt_utc <= TIMESTAMP '2025-01-05 03:17:00'
-- # all, and the groups that are shown
-- weights 1 -1
-- by what is hidden
-- tolerated groups that are hidden are what is missing from a total that is shown
-- secret seen
-- learns how many impressions are in the groups that are not shown
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT campaign, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1
-- # conversions with and without the name
-- weights 1 -1
-- secret firstPurchase
-- learns whether it was the victim's first purchase
SELECT new_to_brand, COUNT(*) AS n FROM conversions GROUP BY 1
-- then
SELECT new_to_brand, COUNT(*) AS n FROM conversions WHERE conversion_event_name = 'purchase' GROUP BY 1
-- # users of two tables with and without the victim's click
-- weights 1 -1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret clicked
-- learns whether the victim clicked
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks c ON i.user_id = c.user_id
-- then
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks c ON i.user_id = c.user_id AND c.campaign <> 'solo'
-- # more and more left out, until it is the victim alone
-- weights 1 -1 1
-- tolerated answers are compared two by two; what three of them tell together is not looked at
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign_id IN (1, 999)
-- then
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign_id IN (1, 2)
-- then
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign_id = 2
-- # pairs of users, with and without the victim's impression
-- weights 1 -1
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(i.impression_cost) AS cost FROM dsp_clicks k JOIN dsp_impressions i ON k.user_id_type = i.user_id_type WHERE i.campaign <> 'stray'
-- then
SELECT SUM(i.impression_cost) AS cost FROM dsp_clicks k JOIN dsp_impressions i ON k.user_id_type = i.user_id_type WHERE i.campaign <> 'stray' AND i.campaign <> 'solo'
-- # tiles of users, with and without the victim's impression
-- weights 1 -1
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(total) AS total FROM (SELECT tile, SUM(s) AS total FROM (SELECT user_id, s, NTILE(3) OVER (ORDER BY s) AS tile
FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1)) GROUP BY 1)
-- then
SELECT SUM(total) AS total FROM (SELECT tile, SUM(s) AS total FROM (SELECT user_id, s, NTILE(3) OVER (ORDER BY s) AS tile
FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND campaign <> 'solo' AND user_id IS NOT NULL GROUP BY 1)) GROUP BY 1)
-- # one accomplice beside the victim in the difference
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost, as the accomplice's is known
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo')
AND NOT (campaign_id = 1 AND bid_price = 100 AND dma_code = 'west' AND impression_date_utc = DATE '2025-01-03')
-- # whole numbers beside others
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT SUM(CAST(impression_cost AS DOUBLE) * POSITION('mass' IN campaign)) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- # many sums before the one that counts
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost
SELECT SUM(bid_price) AS a, SUM(bid_price * 2) AS b, SUM(bid_price * 3) AS c, SUM(bid_price * 4) AS d, SUM(bid_price * 5) AS e,
  SUM(bid_price * 6) AS f, SUM(bid_price * 7) AS g, SUM(bid_price * 8) AS h, SUM(bid_price * 9) AS i, SUM(impression_cost) AS n
FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT SUM(bid_price * 11) AS a, SUM(bid_price * 12) AS b, SUM(bid_price * 13) AS c, SUM(bid_price * 14) AS d, SUM(bid_price * 15) AS e,
  SUM(bid_price * 16) AS f, SUM(bid_price * 17) AS g, SUM(bid_price * 18) AS h, SUM(bid_price * 19) AS i,
  SUM(impression_cost * POSITION('mass' IN campaign)) AS n
FROM dsp_impressions WHERE campaign <> 'stray'
-- # a random value in the measure
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost, nearly
SELECT SUM(impression_cost + RANDOM() * 0.001) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT SUM(impression_cost * POSITION('mass' IN campaign) + RANDOM() * 0.001) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- # a filter that leaves the victim out by chance
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo') OR campaign = 'solo' AND RANDOM() < 0
-- # a constant as a group key
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT 1 AS k, SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo') GROUP BY 1
-- # a group key of another type
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost
SELECT device_type, SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray' AND device_type = 'PC' GROUP BY 1
-- then
SELECT device_type = 'PC' AS k, SUM(impression_cost) AS n FROM dsp_impressions
WHERE campaign NOT IN ('stray', 'solo') AND device_type = 'PC' GROUP BY 1
-- # another dimension, and one more
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost
SELECT device_type, SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray' AND device_type = 'PC' GROUP BY 1
-- then
SELECT user_id_type, advertiser, SUM(impression_cost) AS n FROM dsp_impressions
WHERE campaign NOT IN ('stray', 'solo') AND device_type = 'PC' GROUP BY 1, 2
-- # postal codes as numbers
-- secret postal
-- weights 1 -1
-- learns where the victim saw the campaign
SELECT SUM(CAST(postal_code AS BIGINT)) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT 'all' AS k, SUM(CAST(postal_code AS BIGINT)) AS n FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo') GROUP BY 1
-- # two totals in one query
-- secret cost
-- weights 1
-- learns what the victim's impression cost
SELECT a.n - b.n AS n FROM (SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray') a
CROSS JOIN (SELECT 1 AS k, SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo') GROUP BY 1) b
-- # two groups of one aggregation, by UNION ALL
-- secret cost
-- weights 1
-- learns what the victim's impression cost
SELECT MAX(n) - MIN(n) AS n FROM (SELECT k, SUM(c) AS n FROM (
SELECT 'with' AS k, user_id, impression_cost AS c FROM dsp_impressions WHERE campaign <> 'stray'
UNION ALL SELECT 'without', user_id, impression_cost FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo')) GROUP BY 1)
-- # two groups of one aggregation, by a table of VALUES
-- secret cost
-- weights 1
-- learns what the victim's impression cost
SELECT MAX(n) - MIN(n) AS n FROM (SELECT v.k, SUM(i.impression_cost) AS n FROM dsp_impressions i CROSS JOIN (VALUES (1), (2)) v (k)
WHERE i.campaign <> 'stray' AND (v.k = 1 OR i.campaign <> 'solo') GROUP BY 1)
-- # many other questions between
-- secret cost
-- weights 1 0 0 0 0 0 0 -1
-- learns what the victim's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT SUM(bid_price) AS n FROM dsp_impressions WHERE campaign_id = 1
-- then
SELECT SUM(bid_price) AS n FROM dsp_impressions WHERE campaign_id = 1
-- then
SELECT SUM(bid_price) AS n FROM dsp_impressions WHERE campaign_id = 1
-- then
SELECT SUM(bid_price) AS n FROM dsp_impressions WHERE campaign_id = 1
-- then
SELECT SUM(bid_price) AS n FROM dsp_impressions WHERE campaign_id = 1
-- then
SELECT SUM(bid_price) AS n FROM dsp_impressions WHERE campaign_id = 1
-- then
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo')
-- # windows of which neither holds the other
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost
-- window 2025-01-01T00:00:00Z 2025-01-11T00:00:00Z
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
-- window 2024-12-31T00:00:00Z 2025-01-10T23:30:00Z
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo')
-- # everybody's part a little larger
-- secret cost
-- weights 1 -1
-- learns what the victim's impression cost, nearly
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- then
SELECT SUM(impression_cost * POSITION('mass' IN campaign) * 1.000001) AS n FROM dsp_impressions WHERE campaign <> 'stray'
