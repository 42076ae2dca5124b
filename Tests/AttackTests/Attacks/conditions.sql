-- # CASE that gives the victim's value alone
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(CASE WHEN campaign = 'solo' THEN impression_cost ELSE 0 END) AS n FROM dsp_impressions
-- # CASE that hides the victim's value among constants
-- secret cost
-- learns what the victim's impression cost, as the constants are known
SELECT COUNT(*) AS n, SUM(CASE WHEN campaign = 'solo' THEN impression_cost ELSE 1000 END) AS s FROM dsp_impressions
-- # CASE that counts the victim twice
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT SUM(CASE WHEN campaign = 'solo' THEN 2 WHEN campaign = 'stray' THEN 1 ELSE 1 END) - COUNT(*) AS n FROM dsp_impressions
-- # CASE that puts the victim into a group of others
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT CASE WHEN campaign = 'solo' THEN 'group' WHEN campaign = 'mass 1' THEN 'group' ELSE 'rest' END AS g, COUNT(*) FILTER (WHERE campaign = 'solo') AS n
FROM dsp_impressions GROUP BY 1
-- # CASE that puts the victim into one of two groups by a secret
-- secret system
-- learns the victim's operating system
SELECT CASE WHEN campaign = 'solo' AND operating_system = 'Android' THEN 'yes' ELSE 'no' END AS g, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # COALESCE that gives the victim's value alone
-- secret cost
-- learns what the victim's impression cost, as nobody else has such fees
SELECT SUM(COALESCE(third_party_fees, 0)) AS n FROM dsp_impressions
-- # COALESCE that hides it among constants
-- secret cost
-- learns what the victim's impression cost, as the constants are known
SELECT COUNT(*) AS n, SUM(COALESCE(third_party_fees, 1000)) AS s FROM dsp_impressions
-- # COALESCE with a literal beside the postal code
-- secret postal
-- learns where the victim saw the campaign
SELECT COALESCE(postal_code, '990') AS code, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # IF and NVL2
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(IF(campaign = 'solo', impression_cost, 0)) AS a, SUM(NVL2(third_party_fees, impression_cost, 0)) AS b FROM dsp_impressions
-- # IF that hides it among constants
-- secret cost
-- learns what the victim's impression cost, as the constants are known
SELECT COUNT(*) AS n, SUM(IF(browser_family = 'Lynx', impression_cost, 2000)) AS s FROM dsp_impressions
-- # NULLIF that leaves the victim out
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) - COUNT(NULLIF(campaign, 'solo')) AS n FROM dsp_impressions
-- # LEAST as a mask
-- secret cost
-- learns how much more than 3,500 the victim's impression cost
SELECT SUM(impression_cost - LEAST(impression_cost, 3500)) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- # a sum that cancels all others
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(impression_cost) - SUM(CASE WHEN campaign <> 'solo' THEN impression_cost ELSE 0 END) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- # a sum whose parts cancel within each user
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(c) AS n FROM (SELECT user_id, SUM(impression_cost) - SUM(CASE WHEN campaign <> 'solo' THEN impression_cost ELSE 0 END) AS c
  FROM dsp_impressions WHERE campaign <> 'stray' GROUP BY 1)
-- # an indicator without CASE
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT SUM(POWER(0, ABS(campaign_id - 999))) AS n FROM dsp_impressions
-- # a condition as a number
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret system
-- learns the victim's operating system
SELECT SUM(CAST(operating_system = 'Haiku' AS INTEGER)) AS n FROM dsp_impressions
-- # FILTER that leaves the victim alone
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(impression_cost) FILTER (WHERE campaign = 'solo') AS n, COUNT(*) AS all_rows FROM dsp_impressions
-- # FILTER that leaves the victim out
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) - COUNT(*) FILTER (WHERE campaign <> 'solo') AS n FROM dsp_impressions
-- # a value nearly without weight
-- secret cost
-- learns what the victim's impression cost, from the digits behind the point
SELECT SUM(CASE WHEN campaign = 'solo' THEN impression_cost * 0.000001 ELSE 1 END) AS n FROM dsp_impressions
-- # a value far above all others
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(CASE WHEN campaign = 'solo' THEN impression_cost * 1000000 ELSE 1 END) AS n FROM dsp_impressions
-- # whether the victim's value is below a bound that others set
-- secret cost
-- learns whether the victim's impression cost more than 6,000, by whether there is a row
SELECT SUM(CASE WHEN campaign = 'solo' THEN impression_cost ELSE 5 END) AS n FROM dsp_impressions WHERE campaign <> 'stray'
-- # a sum of zeros, or of nothing
-- secret seen
-- learns whether the victim saw the campaign
SELECT SUM(0 / POSITION('solo' IN campaign)) AS n FROM dsp_impressions
-- # a bit of the victim's cost in each of three sums of zeros
-- secret cost
-- learns what the victim's impression cost
SELECT SUM(0 / (POSITION('solo' IN campaign) * MOD(CAST(FLOOR(impression_cost / 1000) AS BIGINT), 2))) AS a,
  SUM(0 / (POSITION('solo' IN campaign) * MOD(CAST(FLOOR(impression_cost / 2000) AS BIGINT), 2))) AS b,
  SUM(0 / (POSITION('solo' IN campaign) * MOD(CAST(FLOOR(impression_cost / 4000) AS BIGINT), 2))) AS c
FROM dsp_impressions
