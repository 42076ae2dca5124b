-- # the stranger's cost alone
-- secret stranger
-- learns what the stranger's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign = 'stray'
-- # the stranger's cost among others
-- secret stranger
-- learns what the stranger's impression cost
SELECT SUM(impression_cost) AS n FROM dsp_impressions
-- # the stranger's cost among constants
-- secret stranger
-- learns what the stranger's impression cost
SELECT SUM(CASE WHEN campaign = 'stray' THEN impression_cost ELSE 1 END) AS n, COUNT(*) AS c FROM dsp_impressions
-- # the stranger's cost as a maximum
-- secret stranger
-- learns what the stranger's impression cost
SELECT MAX(impression_cost) AS n FROM dsp_impressions
-- # the stranger's cost in an average
-- secret stranger
-- learns what the stranger's impression cost
SELECT AVG(impression_cost) AS n FROM dsp_impressions
-- # the stranger's cost in a spread
-- secret stranger
-- learns what the stranger's impression cost
SELECT STDDEV_POP(impression_cost) AS n FROM dsp_impressions WHERE campaign LIKE 'mass%' OR campaign = 'stray'
-- # the stranger's click beside those of two known users
-- tolerated a measure or a path without users is shown, as in AMC: so hiding tells that there are some
-- secret strangerClicked
-- learns whether the stranger clicked
SELECT COUNT(*) FILTER (WHERE campaign = 'stray') AS n FROM dsp_clicks
-- # all strangers, of whom there are none but one who clicked
-- tolerated rows without a user are counted as rows, and how many there are may be known
-- secret strangerClicked
-- learns whether the stranger clicked
SELECT COUNT(*) AS n, COUNT(user_id) AS known FROM dsp_clicks
-- # the group of those who are not known
-- secret strangerClicked
-- learns whether the stranger clicked
SELECT user_id IS NULL AS is_unknown, COUNT(*) AS n FROM dsp_clicks GROUP BY 1
-- # a distinct count that only the stranger adds to
-- secret strangerClicked
-- learns whether the stranger clicked
SELECT COUNT(DISTINCT campaign) AS n FROM dsp_clicks WHERE campaign <> 'solo'
