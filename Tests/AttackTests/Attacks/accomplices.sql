-- # one accomplice: two users are enough for LOW
-- tolerated the thresholds are numbers of users; who controls all but one of them sees when the last one joins
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo'
OR user_id IS NOT NULL AND impression_hour_utc = 1 AND impression_date_utc = DATE '2025-01-02' AND campaign_id = 1 AND bid_price = 100 AND device_type = 'PC' AND dma_code = 'east' AND user_id IN (SELECT user_id FROM dsp_clicks)
-- # one accomplice is too few for HIGH
-- tolerated the reason names the least count of users among the rows that were summed up, in AMC's words
-- secret city
-- learns the victim's city
SELECT city_name, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' OR campaign_id = 1 AND bid_price = 100 AND impression_date_utc = DATE '2025-01-02' GROUP BY 1
-- # an accomplice with rows without end cannot make the victim's part shown
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign = 'solo' OR campaign_id = 1 AND bid_price = 100 AND impression_date_utc = DATE '2025-01-02'
-- # an accomplice's rows counted a hundred times
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM (SELECT campaign, EXPLODE(ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) AS x FROM dsp_impressions) WHERE campaign = 'solo'
