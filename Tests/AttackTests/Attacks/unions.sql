-- # a literal below the postal code
-- secret postal
-- learns where the victim saw the campaign
SELECT code, COUNT(*) AS n FROM (SELECT user_id, postal_code AS code FROM dsp_impressions WHERE campaign = 'solo'
  UNION ALL SELECT user_id, '990' FROM dsp_clicks) GROUP BY 1
-- # the victim's row many times
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM (SELECT user_id FROM dsp_impressions WHERE campaign = 'solo' UNION ALL SELECT user_id FROM dsp_impressions WHERE campaign = 'solo'
  UNION ALL SELECT user_id FROM dsp_impressions WHERE campaign = 'solo')
-- # rows of nobody beside the victim's
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM (SELECT campaign FROM dsp_impressions WHERE campaign = 'solo' UNION ALL SELECT 'a' UNION ALL SELECT 'b')
-- # UNION that removes what is alike
-- secret system
-- learns the victim's operating system
SELECT COUNT(*) AS n FROM (SELECT operating_system FROM dsp_impressions WHERE campaign = 'solo' UNION SELECT 'Android')
-- # UNION of users' rows that removes what is alike
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret system
-- learns the victim's operating system, by whether it adds a value
SELECT COUNT(*) AS n FROM (SELECT operating_system FROM dsp_impressions WHERE campaign = 'solo'
  UNION SELECT operating_system FROM dsp_impressions WHERE operating_system = 'Android')
-- # two counts, one above the other
-- weights 1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions UNION ALL SELECT COUNT(*) FROM dsp_impressions WHERE campaign <> 'solo'
-- # two counts that become one where they are alike
-- weights 1
-- tolerated an answer is refused where it differs from another by somebody, and given where it does not: so a refusal tells that somebody is there
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions UNION SELECT COUNT(*) FROM dsp_impressions WHERE campaign <> 'solo'
-- # a path that only the victim takes, beside one that all take
-- secret purchased
-- learns whether the victim bought
SELECT kind, COUNT(DISTINCT user_id) AS users FROM (SELECT user_id, 'a' AS kind FROM dsp_impressions
  UNION ALL SELECT user_id, 'a' FROM conversions WHERE conversion_event_name = 'solo purchase') GROUP BY 1 HAVING COUNT(*) > 1202
-- # a path by which the victim comes twice, beside others
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret purchased
-- learns whether the victim bought
SELECT SUM(n) AS n FROM (SELECT user_id, 1 AS n FROM dsp_impressions WHERE campaign LIKE 'mass%'
  UNION ALL SELECT user_id, 1 FROM conversions WHERE conversion_event_name = 'solo purchase')
-- # users of NULL as branches
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(user_id) AS users, COUNT(*) AS n FROM (SELECT user_id, campaign FROM dsp_impressions WHERE campaign = 'solo'
  UNION ALL SELECT NULL, campaign FROM dsp_impressions)
