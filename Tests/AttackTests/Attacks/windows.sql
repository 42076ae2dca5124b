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
