-- # the rank of others who share a place
-- secret cost
-- learns what the victim's impression cost
SELECT place, COUNT(*) AS n FROM (SELECT RANK() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) GROUP BY 1
-- # the dense rank of others who share a place
-- secret cost
-- learns what the victim's impression cost
SELECT place, COUNT(*) AS n FROM (SELECT DENSE_RANK() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) GROUP BY 1
-- # the share of users up to them of others who share a place
-- secret cost
-- learns what the victim's impression cost
SELECT place, COUNT(*) AS n FROM (SELECT CUME_DIST() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) GROUP BY 1
-- # places of the others, with the victim left out behind them
-- secret cost
-- learns what the victim's impression cost
SELECT MIN(place) AS first, COUNT(*) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) WHERE s < 9000
-- # relative ranks of the others, with the victim left out behind them
-- secret cost
-- learns what the victim's impression cost
SELECT place, COUNT(*) AS n FROM (SELECT s, PERCENT_RANK() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) WHERE s < 9000 GROUP BY 1
-- # the same where others have different places
-- secret cost
-- learns what the victim's impression cost
SELECT place, COUNT(*) AS n FROM (SELECT s, RANK() OVER (ORDER BY CASE WHEN s > 9000 THEN s * 10 ELSE 110000 + s END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) WHERE s < 9000 GROUP BY 1
-- # the sum of the others' places
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(place) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) WHERE s < 9000
-- # the mean place of the others by FILTER
-- secret cost
-- learns what the victim's impression cost
SELECT AVG(place) FILTER (WHERE s < 9000) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1))
-- # places weighed so that the victim's is left out
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(place * (1 - FLOOR(s / 9000))) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1))
-- # the others among the first hundred
-- secret cost
-- learns what the victim's impression cost
SELECT COUNT(CASE WHEN place <= 100 AND s < 9000 THEN 1 END) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1))
-- # the same with one condition after the other
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(CASE WHEN place <= 100 THEN x END) AS n FROM (SELECT CASE WHEN s < 9000 THEN 1 ELSE 0 END AS x, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1))
-- # the same within each other
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(CASE WHEN place <= 100 THEN CASE WHEN s < 9000 THEN 1 ELSE 0 END END) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1))
-- # the others in each hundred
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret cost
-- learns what the victim's impression cost
SELECT FLOOR(place / 100) AS hundred, COUNT(CASE WHEN s < 9000 THEN 1 END) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) GROUP BY 1
-- # who has the first place
-- secret cost
-- learns what the victim's impression cost
SELECT MAX(CASE WHEN place = 1 THEN s END) AS s FROM (SELECT s, RANK() OVER (ORDER BY s DESC) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1))
-- # the last place as a filter by the victim
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(s) - SUM(CASE WHEN place <= 589 THEN s END) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1) WHERE user_id IS NOT NULL)
-- # the first place by one order and a place by another
-- secret cost
-- learns what the victim's impression cost
SELECT MIN(a) AS n FROM (SELECT ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS a, ROW_NUMBER() OVER (ORDER BY s) AS b FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) WHERE b < 590
-- # members of the first hundred, counted elsewhere
-- secret cost
-- learns what the victim's impression cost
SELECT COUNT(DISTINCT l.user_id) AS n FROM list_without_victim l JOIN (SELECT user_id, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) t ON l.user_id = t.user_id WHERE t.place <= 100
-- # the mean place by the adversary's own list
-- secret cost
-- learns what the victim's impression cost
SELECT mark, AVG(place) AS n FROM (SELECT l.mark, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1) u JOIN list l ON l.user_id = u.user_id) GROUP BY 1
-- # places repeated by a table of numbers
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(1 - FLOOR(s / 9000)) AS n FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) r CROSS JOIN (VALUES (1), (100), (300)) v (x) WHERE r.place <= v.x
-- # how many rows the victim has, by places of rows
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM (SELECT campaign, ROW_NUMBER() OVER (ORDER BY campaign_id DESC) AS place FROM dsp_impressions WHERE campaign <> 'stray') WHERE campaign = 'mass 2' AND place = 1
-- # the rank of rows behind the victim's
-- secret seen
-- learns whether the victim saw the campaign
SELECT r, COUNT(*) AS n FROM (SELECT campaign, RANK() OVER (ORDER BY CASE WHEN campaign = 'solo' THEN 0 ELSE 1 END) AS r FROM dsp_impressions) WHERE campaign <> 'solo' GROUP BY 1
-- # the same beside six accomplices
-- secret seen
-- learns whether the victim saw the campaign
SELECT r, COUNT(*) AS n FROM (SELECT campaign, RANK() OVER (ORDER BY CASE WHEN campaign = 'solo' OR campaign_id = 1 AND dma_code = 'west' AND device_type = 'PC' AND impression_date_utc = DATE '2025-01-04' THEN 0 ELSE 1 END) AS r FROM dsp_impressions) WHERE campaign <> 'solo' GROUP BY 1
-- # the running cost of the victim beside all others
-- secret cost
-- learns what the victim's impression cost
SELECT r, COUNT(*) AS n FROM (SELECT SUM(CASE WHEN s > 9000 THEN s ELSE 0 END) OVER (ORDER BY CASE WHEN s > 9000 THEN 0 ELSE 1 END) AS r FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) GROUP BY 1
-- # a running average that the victim begins
-- secret cost
-- learns what the victim's impression cost
SELECT r, COUNT(*) AS n FROM (SELECT AVG(s) OVER (ORDER BY CASE WHEN s > 9000 THEN 0 ELSE s END) AS r FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1) WHERE s > 9000 OR s = 1000) GROUP BY 1 HAVING COUNT(*) < 3
-- # a running number of the others
-- secret cost
-- learns what the victim's impression cost
SELECT r, COUNT(*) AS n FROM (SELECT s, COUNT(*) OVER (ORDER BY CASE WHEN s > 9000 THEN s ELSE 11000 END) AS r FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)) WHERE s < 9000 GROUP BY 1
-- # the largest running cost
-- secret cost
-- learns what the victim's impression cost
SELECT MAX(r) AS top FROM (SELECT MAX(s) OVER (ORDER BY s DESC) AS r FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1))
-- # deciles of relative ranks with and without the victim's impression
-- weights 1 -1
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(total) AS total FROM (SELECT FLOOR(place * 10) AS decile, SUM(s) AS total FROM (SELECT s, PERCENT_RANK() OVER (ORDER BY s) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1)) GROUP BY 1)
-- then
SELECT SUM(total) AS total FROM (SELECT FLOOR(place * 10) AS decile, SUM(s) AS total FROM (SELECT s, PERCENT_RANK() OVER (ORDER BY s) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND campaign <> 'solo' AND user_id IS NOT NULL GROUP BY 1)) GROUP BY 1)
-- # all places, in another order the second time
-- weights 1 -1
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(s) AS total FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1)) WHERE place <= 1000
-- then
SELECT SUM(s) AS total FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY 0 - s) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND campaign <> 'solo' AND user_id IS NOT NULL GROUP BY 1)) WHERE place <= 1000
-- # all but the last place
-- weights 1 -1
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(s) AS total FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1)
-- then
SELECT SUM(s) AS total FROM (SELECT s, ROW_NUMBER() OVER (ORDER BY s) AS place FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1)) WHERE place <= 589
-- # the end of a running total with and without the victim's impression
-- weights 1 -1
-- secret cost
-- learns what the victim's impression cost
SELECT MAX(up_to) AS total FROM (SELECT SUM(s) OVER (ORDER BY s) AS up_to FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND user_id IS NOT NULL GROUP BY 1))
-- then
SELECT MAX(up_to) AS total FROM (SELECT SUM(s) OVER (ORDER BY s) AS up_to FROM (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions WHERE campaign <> 'stray' AND campaign <> 'solo' AND user_id IS NOT NULL GROUP BY 1))
