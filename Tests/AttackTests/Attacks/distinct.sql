-- # how many systems there are besides the common one
-- secret system
-- learns whether the victim's operating system is the common one
SELECT COUNT(DISTINCT operating_system) AS n FROM dsp_impressions WHERE campaign = 'solo' OR operating_system = 'Android'
-- # how many cities there are besides the common one
-- secret city
-- learns the victim's city
SELECT COUNT(DISTINCT city_name) AS n FROM dsp_impressions WHERE campaign = 'solo' OR device_type = 'Phone'
-- # how many products there are
-- secret purchased
-- learns whether the victim bought
SELECT COUNT(DISTINCT tracked_asin) AS n FROM conversions
-- # how many products the victim bought
-- secret purchased
-- learns whether the victim bought
SELECT COUNT(DISTINCT tracked_asin) AS n FROM conversions WHERE conversion_event_name = 'solo purchase'
-- # values that the query makes up
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret cost
-- learns whether the victim's impression cost more than 6,000
SELECT COUNT(DISTINCT CASE WHEN impression_cost > 6000 AND campaign = 'solo' THEN 1 ELSE 2 END) AS n FROM dsp_impressions
-- # a remainder
-- secret cost
-- learns the last digits of what the victim's impression cost
SELECT COUNT(DISTINCT impression_cost % 4000) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- # distinct truths
-- secret firstPurchase
-- learns whether it was the victim's first purchase
SELECT COUNT(DISTINCT new_to_brand) AS n FROM conversions WHERE conversion_event_name = 'solo purchase' OR new_to_brand = FALSE
-- # SELECT DISTINCT of a value of one user
-- secret product
-- learns what the victim bought
SELECT DISTINCT tracked_asin FROM conversions
-- # DISTINCT over several columns, one of them the victim's
-- secret system
-- learns the victim's operating system
SELECT DISTINCT campaign, operating_system FROM dsp_impressions WHERE dma_code = 'far'
-- # distinct values, counted outside
-- secret system
-- learns the victim's operating system
SELECT COUNT(*) AS n FROM (SELECT DISTINCT operating_system FROM dsp_impressions WHERE dma_code <> 'off')
-- # distinct users behind a condition
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(DISTINCT CASE WHEN campaign = 'solo' THEN user_id END) AS n FROM dsp_impressions
-- # distinct users with a literal in place of those that are unknown
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(DISTINCT COALESCE(CAST(user_id AS VARCHAR), campaign)) AS n FROM dsp_impressions WHERE user_id IS NULL OR campaign = 'solo'
-- # the sum of distinct values
-- secret sales
-- learns what the victim paid
SELECT SUM(DISTINCT total_product_sales) AS n FROM conversions
-- # distinct hours
-- secret time
-- learns whether the victim saw the campaign at an hour at which others saw it
SELECT COUNT(DISTINCT impression_hour_utc) AS n FROM dsp_impressions WHERE campaign = 'solo' OR impression_hour_utc < 4
-- # distinct events of the victim beside those of others
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(DISTINCT request_tag) AS n FROM dsp_impressions WHERE campaign = 'solo'
