-- # one user alone behind costly events
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign_id = 3 AND impression_cost > 5000
-- = n
-- # LOW: two users are shown, each with one event
SELECT conversion_event_name, COUNT(*) AS n FROM conversions GROUP BY 1
-- = conversion_event_name,n
-- = name 3,2
-- = other,330
-- # a path by user, grouped outside
SELECT path, COUNT(DISTINCT user_id) AS users FROM (
  SELECT user_id, ARRAY_TO_STRING(ARRAY_SORT(COLLECT(device_type)), '>') AS path FROM dsp_impressions GROUP BY user_id
) GROUP BY path HAVING COUNT(DISTINCT user_id) > 120
-- = path,users
-- = PC>PC,133
-- = PC>PC>PC,134
-- = PC>PC>PC>PC,133
-- = PC>PC>PC>PC>PC,133
-- # a maximum that only one user has is left out
SELECT MAX(impression_cost) AS top FROM dsp_impressions
-- = top
-- = 5000
-- # a maximum that many share is
SELECT MAX(impression_cost) AS top FROM dsp_impressions WHERE campaign_id <> 3
-- = top
-- = 5000
-- # a maximum that tells of one user is not shown
SELECT MAX(CASE WHEN campaign = 'tiny' THEN 1 ELSE 0 END) AS there FROM dsp_impressions
-- = there
-- # nor where it is counted by user first
SELECT MAX(n) AS n FROM (SELECT user_id, COUNT(*) FILTER (WHERE campaign = 'tiny') AS n FROM dsp_impressions GROUP BY 1)
-- = n
-- # nor as a spread
SELECT STDDEV_POP(n) AS n FROM (SELECT user_id, COUNT(*) FILTER (WHERE campaign = 'tiny') AS n FROM dsp_impressions GROUP BY 1)
-- = n
-- # nor as a value that is no number
SELECT SUM(CASE WHEN campaign = 'tiny' THEN CAST('NaN' AS DOUBLE) ELSE 1.0 END) AS n FROM dsp_impressions
-- = n
-- # nor as an error: a number too large is NULL
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CASE WHEN campaign = 'tiny' THEN 9223372036854775807 + impressions ELSE 1 END = 1
-- = n
-- = 2997
-- # nor as an error of a function
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CASE WHEN campaign = 'tiny' THEN FROM_VARBINARY(TO_VARBINARY(campaign, 'hex'), 'utf-8') ELSE 'x' END = 'x'
-- = n
-- = 2997
-- # nor as an error of a comparison with a very fine number
SELECT COUNT(*) AS n FROM dsp_impressions WHERE impression_cost <> 0.00000000000000000000000000000000001
-- = n
-- = 3000
-- # nor as an error of a spread: the figure is not shown
SELECT COUNT(*) AS n, STDDEV_POP(CASE WHEN campaign = 'tiny' THEN 1e300 ELSE impressions END) AS s FROM dsp_impressions
-- = n,s
-- # rows without a user do not help a single user over the threshold
SELECT COUNT(*) AS n FROM dsp_impressions i FULL OUTER JOIN (VALUES (1), (2), (3)) v (x) ON i.impressions = v.x + 5
WHERE i.campaign = 'tiny' OR v.x IS NOT NULL
-- = n
-- # nor do rows that the query repeats
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN (VALUES (1), (2), (3)) v (x) ON i.impressions < v.x + 5 WHERE i.campaign = 'tiny'
-- = n
-- # two users whose parts cancel each other out are not shown as zero
SELECT SUM(CASE WHEN campaign = 'tiny' THEN 2 WHEN impression_cost > 5000 THEN -3 ELSE 0 END) AS n FROM dsp_impressions
-- = n
-- # a figure that is zero for everyone is shown
SELECT SUM(impressions - 1) AS n FROM dsp_impressions
-- = n
-- = 0
-- # keys alone need two users too
SELECT DISTINCT n FROM (SELECT user_id, COUNT(*) + MAX(CASE WHEN campaign = 'tiny' THEN 100 ELSE 0 END) AS n FROM dsp_impressions GROUP BY user_id)
-- = n
-- = 1
-- = 2
-- = 3
-- = 4
-- = 5
-- # different values that one user has most of
SELECT COUNT(DISTINCT request_tag) AS tags FROM dsp_impressions WHERE campaign = 'tiny'
-- = tags
-- # different values of many
SELECT COUNT(DISTINCT request_tag) AS tags FROM dsp_impressions
-- = tags
-- = 3000
-- # a percentile over enough users
SELECT PERCENTILE(bid_price, 0.5) AS p FROM dsp_impressions
-- = p
-- = 103.0
-- # HIGH: 100 users are shown, 99 are not; MEDIUM likewise
SELECT product_line, MIN(bid_price) AS low, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY 1
-- = product_line,low,users
-- = hundred,100,100
-- = rest,100,781
-- # the same rows without the MEDIUM column
SELECT product_line, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY 1
-- = product_line,users
-- = hundred,100
-- = ninety-nine,99
-- = rest,781
-- # effective users of MEDIUM: ten with a part that is not zero, nine are too few
SELECT device_make, MIN(bid_price) AS low, SUM(third_party_fees) AS fees FROM dsp_impressions GROUP BY 1
-- = device_make,low,fees
-- = ten,100,10
-- = none,100,0
-- # effective users of LOW: two with a part that is not zero
SELECT device_make, SUM(third_party_fees) AS fees FROM dsp_impressions GROUP BY 1
-- = device_make,fees
-- = ten,10
-- = nine,9
-- = none,0
-- # WITH used twice, joined by the user
WITH i AS (SELECT user_id, campaign, impressions AS n FROM dsp_impressions)
SELECT COUNT(DISTINCT a.user_id) AS users FROM i a JOIN i b ON a.user_id = b.user_id AND a.campaign = b.campaign
-- = users
-- = 980
-- # a share of a total, which is a guarded figure itself
SELECT campaign, COUNT(*) / (SELECT COUNT(*) FROM dsp_impressions) AS share FROM dsp_impressions GROUP BY 1 HAVING campaign <> 'campaign 3'
-- = campaign,share
-- = campaign 0,0.25
-- = campaign 1,0.25
-- = campaign 2,0.25
-- # whether there is a postal code, which says nothing of which
SELECT CASE WHEN postal_code IS NULL THEN 'no' ELSE 'yes' END AS has, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY 1
-- = has,users
-- = yes,980
-- # part of a HIGH value as a group key
SELECT RIGHT(city_name, 1) AS last, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY 1
-- = last,users
-- = 0,480
-- = 1,500
-- # sensitive values compared with each other
SELECT COUNT(DISTINCT a.user_id) AS users FROM dsp_impressions a JOIN dsp_clicks k ON a.user_id = k.user_id AND a.postal_code = k.postal_code AND a.request_tag = k.request_tag
-- = users
-- = 100
-- # sums and averages of different values, which users share
SELECT SUM(DISTINCT bid_price) AS s, AVG(DISTINCT bid_price) AS a, COUNT(DISTINCT bid_price) AS n FROM dsp_impressions
-- = s,a,n
-- = 721,103.0,7
-- # by group and with a filter
SELECT device_type, SUM(DISTINCT impression_cost) FILTER (WHERE impression_cost < 3000) AS s, AVG(DISTINCT impression_cost) AS a
FROM dsp_impressions WHERE campaign_id <> 3 GROUP BY 1
-- = device_type,s,a
-- = PC,3000,3000.0
-- = Phone,3000,3000.0
-- # not where one user has most of what they are taken from
SELECT SUM(DISTINCT impression_cost) AS s FROM dsp_impressions
-- = s
-- # a value that one user alone has is no part of a sum of different values
SELECT SUM(DISTINCT CASE WHEN k > 1 THEN impression_cost ELSE 1000 END) AS s
FROM (SELECT user_id, impression_cost, CASE WHEN impression_cost > 5000 THEN 0 ELSE 2 END AS k FROM dsp_impressions) WHERE k > 1
-- = s
-- = 15000
-- # none of no values
SELECT COUNT(*) AS n, SUM(DISTINCT third_party_fees) FILTER (WHERE third_party_fees > 5) AS s FROM dsp_impressions
-- = n,s
-- = 3000,
-- # rows of two users: a join by campaign
SELECT i.campaign, COUNT(*) AS n, COUNT(DISTINCT i.user_id) AS viewers, COUNT(DISTINCT k.user_id) AS clickers, SUM(k.clicks) AS clicks, AVG(i.impressions) AS mean
FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign GROUP BY 1
-- = campaign,n,viewers,clickers,clicks,mean
-- = campaign 1,37500,250,50,37500,1.0
-- = campaign 3,37350,249,50,37350,1.0
-- # as a comma and WHERE, through WITH and with names beside them
WITH i AS (SELECT user_id, campaign, campaign_id FROM dsp_impressions), pairs AS (SELECT i.campaign, i.campaign_id, k.clicks FROM i, dsp_clicks k WHERE i.campaign = k.campaign)
SELECT s.segment_name, SUM(p.clicks) AS n FROM pairs p LEFT JOIN segment_metadata s ON s.segment_id = p.campaign_id GROUP BY 1
-- = segment_name,n
-- = segment 1,37500
-- = segment 3,37350
-- # a single user on one side, and on the other
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.device_type = k.device_type WHERE i.campaign = 'tiny'
-- = n
-- # and on the other
SELECT i.device_type, COUNT(*) AS n FROM dsp_clicks k JOIN (SELECT user_id, device_type FROM dsp_impressions WHERE campaign = 'tiny') i ON k.device_type = i.device_type GROUP BY 1
-- = device_type,n
-- # a measure that one of the two users makes up
SELECT SUM(i.impression_cost) AS cost FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign
-- = cost
-- # what brings two users together counts for the class of the row
SELECT COUNT(*) AS n, COUNT(DISTINCT k.user_id) AS clickers FROM dsp_impressions i JOIN dsp_clicks k ON i.city_name = k.city_name
-- = n,clickers
-- = 150000,100
-- # of which there are too few here
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.city_name = k.city_name WHERE k.campaign_id = 1
-- = n
-- # also where it is compared later
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN dsp_clicks k ON i.campaign = k.campaign WHERE k.campaign_id = 1 AND i.city_name = k.city_name
-- = n
-- # tiles of users by how much they have
SELECT tile, COUNT(DISTINCT user_id) AS users, SUM(n) AS n FROM (
  SELECT user_id, n, NTILE(5) OVER (ORDER BY n) AS tile FROM (
    SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)) GROUP BY tile
-- = tile,users,n
-- = 1,196,212
-- = 2,196,404
-- = 3,196,596
-- = 4,196,788
-- = 5,196,980
-- # more tiles than there are users for
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id), t AS (SELECT user_id, n, NTILE(100) OVER (ORDER BY n) AS tile FROM u)
SELECT tile, COUNT(*) AS users, SUM(n) AS n FROM t GROUP BY tile
-- = tile,users,n
-- = ,980,2980
-- # tiles of each campaign
WITH u AS (SELECT user_id, campaign, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL AND campaign_id = 1 GROUP BY 1, 2)
SELECT campaign, tile, COUNT(*) AS users FROM (SELECT campaign, NTILE(2) OVER (PARTITION BY campaign ORDER BY n) AS tile FROM u) GROUP BY 1, 2
-- = campaign,tile,users
-- = campaign 1,1,125
-- = campaign 1,2,125
-- # a running total over the rows of several users
SELECT d, MAX(r) AS r FROM (SELECT impression_date_utc AS d, SUM(impressions) OVER (ORDER BY impression_date_utc) AS r FROM dsp_impressions) GROUP BY 1
-- = d,r
-- = 2025-01-01,100
-- = 2025-01-02,300
-- = 2025-01-03,600
-- = 2025-01-04,1000
-- = 2025-01-05,1500
-- = 2025-01-06,1600
-- = 2025-01-07,1800
-- = 2025-01-08,2100
-- = 2025-01-09,2500
-- = 2025-01-10,3000
-- # of which a group with too few users is no part
SELECT campaign, MAX(r) AS r FROM (SELECT campaign, COUNT(*) OVER (ORDER BY campaign DESC) AS r FROM dsp_impressions) WHERE campaign <> 'tiny' GROUP BY 1
-- = campaign,r
-- = campaign 0,2997
-- = campaign 1,2247
-- = campaign 2,1497
-- = campaign 3,747
