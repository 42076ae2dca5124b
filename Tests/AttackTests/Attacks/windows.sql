-- # the first row of all
-- secret city
-- learns the victim's city
SELECT city_name FROM (SELECT city_name, ROW_NUMBER() OVER (ORDER BY bid_price DESC) AS place FROM dsp_impressions) WHERE place = 1
-- # the first row of all, counted by city
-- secret city
-- learns the victim's city
SELECT city_name, COUNT(*) AS n FROM (SELECT city_name, ROW_NUMBER() OVER (ORDER BY bid_price DESC) AS place FROM dsp_impressions) WHERE place <= 1 GROUP BY 1
-- # the rank of the victim's own row
-- secret time
-- learns whether the victim saw the campaign later in the day than others
SELECT place, COUNT(*) AS n FROM (SELECT campaign, RANK() OVER (PARTITION BY user_id ORDER BY impression_hour_utc) AS place FROM dsp_impressions)
WHERE campaign = 'solo' GROUP BY 1
-- # a total of all users' rows beside each
-- secret cost
-- learns what the victim's impression cost
SELECT campaign, SUM(impression_cost) OVER () AS total FROM dsp_impressions WHERE campaign = 'solo'
-- # the next row's value
-- secret cost
-- learns what the victim's impression cost
SELECT COUNT(*) AS n, MAX(next) AS next FROM (SELECT campaign, SUM(impression_cost) OVER (ORDER BY campaign_id ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS next FROM dsp_impressions)
WHERE campaign = 'stray'
-- # a window by user whose sum goes into a group key
-- secret cost
-- learns what the victim's impressions cost
SELECT total, COUNT(*) AS n FROM (SELECT user_id, SUM(impression_cost) OVER (PARTITION BY user_id) AS total FROM dsp_impressions) WHERE total > 6000 AND total < 20000 GROUP BY 1
-- # windows that split users into rows of their own
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM (SELECT campaign, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY campaign_id DESC) AS place FROM dsp_impressions) WHERE campaign = 'solo' AND place = 1
-- # a guarded result ranked, to see which rows are there
-- secret seen
-- learns whether the victim saw the campaign
SELECT campaign, ROW_NUMBER() OVER (ORDER BY campaign) AS place FROM (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1)
-- # the difference of neighbouring guarded rows
-- weights 1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT kind, n - SUM(n) OVER (ORDER BY kind ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS difference
FROM (SELECT 'all' AS kind, COUNT(*) AS n FROM dsp_impressions UNION ALL SELECT 'but' AS kind, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'solo')
-- # partition by the sensitive city and a literal
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM (SELECT campaign, COUNT(*) OVER (PARTITION BY city_name) AS people FROM dsp_impressions) WHERE campaign = 'solo' AND people = 601
-- # a tile of users' rows by their hours
-- secret time
-- learns whether the victim saw the campaign at a later hour than others
SELECT tile, COUNT(*) AS n FROM (SELECT campaign, RANK() OVER (PARTITION BY user_id ORDER BY impression_hour_utc) % 2 AS tile FROM dsp_impressions) WHERE campaign = 'solo' AND tile = 0 GROUP BY 1
-- # an event's rank by a secret order within the user
-- secret city
-- learns whether the victim's city comes before that of the other impressions
SELECT COUNT(*) AS n FROM (SELECT campaign, DENSE_RANK() OVER (PARTITION BY user_id ORDER BY city_name) AS place FROM dsp_impressions) WHERE campaign <> 'solo' AND place = 2
-- # a window over a union, of which one table's rows are left out
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS people, SUM(n) AS n FROM (SELECT kind, COUNT(*) OVER (PARTITION BY user_id) AS n
FROM (SELECT 'conv' AS kind, user_id FROM conversions UNION ALL SELECT 'solo' AS kind, user_id FROM dsp_impressions WHERE campaign = 'solo')) WHERE kind = 'conv'
-- # the same by the conversion that touches were matched with
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS people, SUM(touches) AS touches FROM (SELECT kind, COUNT(*) OVER (PARTITION BY conversion_id) AS touches
FROM (SELECT c.conversion_id, 'all' AS kind FROM conversions c JOIN dsp_clicks k ON c.user_id = k.user_id
UNION ALL SELECT c.conversion_id, 'solo' AS kind FROM conversions c JOIN dsp_impressions i ON c.user_id = i.user_id WHERE i.campaign = 'solo')) WHERE kind = 'all'
-- # the same where a part of the union has no event
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS people, SUM(n) AS n FROM (SELECT kind, COUNT(*) OVER (PARTITION BY id) AS n
FROM (SELECT 'conv' AS kind, user_id, CASE WHEN user_id IS NULL THEN conversion_id END AS id FROM conversions
UNION ALL SELECT 'solo' AS kind, user_id, NULL AS id FROM dsp_impressions WHERE campaign = 'solo')) WHERE kind = 'conv'
-- # the cost of the victim's touch beside each of its conversions
-- secret cost
-- learns what the victim's impression cost
SELECT COUNT(*) AS people, SUM(total) AS total FROM (SELECT kind, SUM(cost) OVER (PARTITION BY conversion_id, campaign) AS total
FROM (SELECT c.conversion_id, 'all' AS kind, 'x' AS campaign, 1 AS cost FROM conversions c
UNION ALL SELECT c.conversion_id, 'solo' AS kind, 'x' AS campaign, i.impression_cost AS cost FROM conversions c JOIN dsp_impressions i ON c.user_id = i.user_id WHERE i.campaign = 'solo')) WHERE kind = 'all'
-- # the rank of a conversion among touches of a union without duplicates
-- secret seen
-- learns whether the victim saw the campaign
SELECT place, COUNT(*) AS n FROM (SELECT kind, ROW_NUMBER() OVER (PARTITION BY conversion_id ORDER BY kind DESC) AS place
FROM (SELECT c.conversion_id, 'all' AS kind FROM conversions c
UNION SELECT c.conversion_id, 'solo' AS kind FROM conversions c JOIN dsp_impressions i ON c.user_id = i.user_id WHERE i.campaign = 'solo')) WHERE kind = 'all' AND place = 2 GROUP BY 1
-- # the tiles of others, with the victim left out behind them
-- secret cost
-- learns what the victim's impression cost
SELECT tile, SUM(CASE WHEN s < 9000 THEN 1 ELSE 0 END) AS n FROM (SELECT user_id, s, NTILE(2) OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS tile
FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) WHERE s < 9000 GROUP BY 1
-- # the largest value of a tile
-- secret cost
-- learns what the victim's impression cost
SELECT tile, MAX(s) AS top FROM (SELECT user_id, s, NTILE(3) OVER (ORDER BY s) AS tile
FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1)) GROUP BY 1
-- # tiles so small that each has one user
-- secret cost
-- learns what the victim's impression cost
SELECT tile, SUM(s) AS total FROM (SELECT user_id, s, NTILE(590) OVER (ORDER BY s DESC) AS tile
FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND (campaign = 'solo' OR campaign = 'mass 1') GROUP BY 1)) GROUP BY 1 HAVING COUNT(*) = 1
-- # whether others are moved by the victim
-- secret cost
-- learns what the victim's impression cost
SELECT tile % 2 AS parity, COUNT(*) AS n FROM (SELECT user_id, s, NTILE(200) OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 + s END) AS tile
FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) WHERE s < 9000 GROUP BY 1
-- # the running cost of the victim's impression, beside everybody behind it
-- secret cost
-- learns what the victim's impression cost
SELECT r, COUNT(*) AS n FROM (SELECT campaign, SUM(CASE WHEN campaign = 'solo' THEN impression_cost ELSE 0 END) OVER (ORDER BY CASE WHEN campaign = 'solo' THEN 0 ELSE 1 END) AS r FROM dsp_impressions) WHERE campaign <> 'solo' GROUP BY 1
-- # a running count that the victim begins
-- secret seen
-- learns whether the victim saw the campaign
SELECT r, COUNT(*) AS n FROM (SELECT campaign, COUNT(*) OVER (ORDER BY CASE WHEN campaign = 'solo' THEN 0 WHEN campaign = 'mass 0' THEN 1 ELSE 2 END) AS r FROM dsp_impressions) WHERE campaign = 'mass 0' GROUP BY 1
-- # a running maximum
-- secret cost
-- learns what the victim's impression cost
SELECT MAX(r) AS top FROM (SELECT campaign, MAX(impression_cost) OVER (ORDER BY CASE WHEN campaign = 'solo' THEN 0 ELSE 1 END) AS r FROM dsp_impressions WHERE campaign <> 'stray')
-- # the rank of the others
-- secret cost
-- learns what the victim's impression cost
SELECT place, COUNT(*) AS n FROM (SELECT user_id, RANK() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place
FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) GROUP BY 1
-- # their relative rank
-- secret cost
-- learns what the victim's impression cost
SELECT CASE WHEN place > 0 THEN 'behind' ELSE 'first' END AS place, COUNT(*) AS n FROM (SELECT user_id, PERCENT_RANK() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place
FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) GROUP BY 1
-- # the cost beside others' conversions, by user
-- secret cost
-- learns what the victim's impression cost
SELECT COUNT(*) AS people, SUM(n) AS n, MAX(n) AS top FROM (SELECT kind, SUM(cost) OVER (PARTITION BY user_id) AS n
FROM (SELECT 'conv' AS kind, user_id, 1 AS cost FROM conversions UNION ALL SELECT 'solo' AS kind, user_id, impression_cost AS cost FROM dsp_impressions WHERE campaign = 'solo')) WHERE kind = 'conv'
