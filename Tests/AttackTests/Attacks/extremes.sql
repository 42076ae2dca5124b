-- # the victim's cost as a maximum
-- secret cost
-- learns what the victim's impression cost
SELECT MAX(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- # the same in the victim's campaign
-- secret cost
-- learns what the victim's impression cost
SELECT MIN(impression_cost) AS low, MAX(impression_cost) AS high FROM dsp_impressions WHERE campaign = 'solo'
-- # the victim's bid, the highest of all
-- secret bid
-- learns what was bid for the victim
SELECT MAX(bid_price) AS n FROM dsp_impressions
-- # the victim's bid beside lower ones
-- secret bid
-- learns what was bid for the victim
SELECT MAX(bid_price) AS n FROM dsp_impressions WHERE campaign = 'solo' OR bid_price < 110
-- # the victim's bid below all others
-- secret bid
-- learns what was bid for the victim
SELECT MIN(CASE WHEN campaign = 'solo' THEN bid_price ELSE bid_price + 1000 END) AS n FROM dsp_impressions
-- # the victim's postal code, the highest of all
-- secret postal
-- learns where the victim saw the campaign
SELECT MAX(postal_code) AS n FROM dsp_impressions
-- # the victim's postal code beside lower ones
-- secret postal
-- learns where the victim saw the campaign
SELECT MAX(postal_code) AS n FROM dsp_impressions WHERE campaign = 'solo' OR dma_code = 'east'
-- # the victim's city beside one other
-- secret city
-- learns the victim's city
SELECT MAX(city_name) AS n FROM dsp_impressions WHERE campaign = 'solo' OR operating_system = 'Android' AND device_type = 'Phone'
-- # the victim's time, the only one at night
-- secret time
-- learns when the victim saw the campaign
SELECT MAX(impression_dt_utc) AS n FROM dsp_impressions WHERE campaign = 'solo' OR impression_date_utc < DATE '2025-01-05'
-- # the hour of the victim's time
-- secret time
-- learns the hour at which the victim saw the campaign
SELECT MAX(impression_hour_utc) AS n FROM dsp_impressions
-- # by user first
-- secret cost
-- learns what the victim's impression cost
SELECT MAX(top) AS n FROM (SELECT user_id, MAX(impression_cost) AS top FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)
-- # whether there is a row of the victim's
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT MAX(CASE WHEN campaign = 'solo' THEN 1 ELSE 0 END) AS n FROM dsp_impressions
-- # whether there is one, by a text
-- secret seen
-- learns whether the victim saw the campaign
SELECT MIN(browser_family) AS low, MAX(browser_family) AS high FROM dsp_impressions
-- # the greatest of each row
-- secret cost
-- learns what the victim's impression cost
SELECT MAX(GREATEST(impression_cost, 3500)) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- # the maximum as a filter for the row that has it
-- secret city
-- learns the victim's city
SELECT city_name, COUNT(*) AS n FROM dsp_impressions i
WHERE bid_price = (SELECT MAX(bid_price) FROM dsp_impressions) GROUP BY 1
-- # a boolean maximum
-- secret firstPurchase
-- learns whether it was the victim's first purchase
SELECT MAX(CAST(new_to_brand AS INTEGER)) AS n FROM conversions WHERE conversion_event_name = 'solo purchase' OR new_to_brand = FALSE
-- # an extreme of a struct
-- secret bid
-- learns what was bid for the victim
SELECT MAX(NAMED_ROW('bid', bid_price, 'code', campaign)) AS n FROM dsp_impressions
-- # an extreme of an array
-- secret segments
-- learns the victim's segment
SELECT MAX(matched_behavior_segment_ids) AS n FROM dsp_impressions
-- # the order of the result, by a maximum that is not shown
-- secret cost
-- learns what the victim's impression cost
SELECT device_type, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1 ORDER BY CASE WHEN device_type = 'Phone' THEN 5000 ELSE MAX(impression_cost) END DESC
-- # the first city that two users share, one of them an accomplice
-- by what is hidden
-- secret city
-- learns the victim's city
SELECT MIN(city_name) AS c FROM dsp_impressions WHERE device_type = 'PC'
OR campaign_id = 1 AND bid_price = 100 AND dma_code = 'west' AND impression_date_utc = DATE '2025-01-03'
