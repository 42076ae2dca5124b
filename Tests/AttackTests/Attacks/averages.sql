-- # an average that one purchase dominates
-- secret sales
-- learns what the victim paid
SELECT AVG(total_product_sales) AS n FROM conversions
-- # the same as a sum over a count
-- secret sales
-- learns what the victim paid
SELECT SUM(total_product_sales) / COUNT(*) AS n FROM conversions
-- # the same by product
-- secret sales
-- learns what the victim paid
SELECT new_to_brand, AVG(total_product_sales) AS n FROM conversions GROUP BY 1
-- # an average of two: the victim and one more
-- secret sales
-- learns what the victim paid, as the other's is known
SELECT AVG(total_product_sales) AS n FROM conversions WHERE conversion_event_name = 'solo purchase' OR tracked_asin = 'B001' AND event_date_utc = DATE '2025-01-03' AND total_product_sales = 11
-- # a spread that one purchase dominates
-- secret sales
-- learns what the victim paid
SELECT STDDEV_POP(total_product_sales) AS a, VAR_SAMP(total_product_sales) AS b FROM conversions
-- # a spread among constants
-- secret seen
-- learns whether the victim saw the campaign
SELECT STDDEV_POP(CASE WHEN campaign = 'solo' THEN 2 ELSE 1 END) AS n FROM dsp_impressions
-- # a skewness among constants
-- secret cost
-- learns what the victim's impression cost
SELECT VAR_POP(CASE WHEN campaign = 'solo' THEN impression_cost ELSE 0.5 END) AS n FROM dsp_impressions
-- # a spread of what is equal for all others
-- secret detail
-- learns the victim's supply cost
SELECT VAR_POP(supply_cost) AS n FROM dsp_impressions
-- # an average among constants
-- secret cost
-- learns what the victim's impression cost
SELECT AVG(CASE WHEN campaign = 'solo' THEN impression_cost ELSE 1000 END) AS n FROM dsp_impressions
-- # an average without decimals that matter
-- secret cost
-- learns what the victim's impression cost
SELECT AVG(CASE WHEN campaign = 'solo' THEN CAST(impression_cost AS DOUBLE) * 1e280 ELSE 1.0 END) AS n FROM dsp_impressions
-- # infinity
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT SUM(CASE WHEN campaign = 'solo' THEN CAST('Infinity' AS DOUBLE) ELSE 1.0 END) AS n FROM dsp_impressions
-- # not a number
-- secret seen
-- learns whether the victim saw the campaign
SELECT AVG(CASE WHEN campaign = 'solo' THEN CAST('NaN' AS DOUBLE) ELSE 1.0 END) AS n, COUNT(*) AS c FROM dsp_impressions WHERE campaign LIKE 'solo'
-- # infinities that cancel each other
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT SUM(CASE WHEN campaign = 'solo' THEN 1e308 ELSE 1.0 END) + SUM(CASE WHEN campaign = 'solo' THEN 1e308 ELSE 1.0 END) AS n FROM dsp_impressions
-- # a median between two halves that are set apart
-- secret bid
-- learns what was bid for the victim
SELECT MEDIAN(CASE WHEN campaign = 'solo' THEN bid_price WHEN device_type = 'Phone' THEN -1000000 ELSE 1000000 END) AS n
FROM dsp_impressions WHERE campaign = 'solo' OR impression_hour_utc = 1
-- # a percentile that falls on the victim's value
-- secret cost
-- learns what the victim's impression cost
SELECT PERCENTILE(CASE WHEN campaign = 'solo' THEN impression_cost WHEN campaign_id = 1 THEN -1 ELSE 1000000 END, 0.1666) AS n
FROM dsp_impressions
-- # the highest percentile
-- secret bid
-- learns what was bid for the victim
SELECT PERCENTILE(bid_price, 1.0) AS n FROM dsp_impressions
-- # nearly the highest percentile
-- secret bid
-- learns what was bid for the victim
SELECT APPROX_PERCENTILE(bid_price, 0.9995) AS n FROM dsp_impressions
-- # a high percentile that is allowed
-- secret bid
-- learns what was bid for the victim
SELECT PERCENTILE(bid_price, 0.999) AS n FROM dsp_impressions WHERE campaign = 'solo' OR campaign_id = 1
-- # a median of two users
-- secret bid
-- learns what was bid for the victim, as the other's is known
SELECT MEDIAN(bid_price) AS n FROM dsp_impressions WHERE campaign = 'solo' OR user_id IS NULL AND campaign = 'stray'
-- # a median of a group that the victim's rows fill
-- secret bid
-- learns what was bid for the victim
SELECT MEDIAN(i.bid_price) AS n FROM dsp_impressions i JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) v (x)
ON i.campaign = 'solo' OR v.x = 2 AND i.campaign_id = 3 AND i.impression_date_utc = DATE '2025-01-02' AND i.dma_code = 'west' AND i.impression_hour_utc = 1
