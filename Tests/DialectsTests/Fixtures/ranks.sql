-- # users by how much they have
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT place, COUNT(*) AS users, SUM(n) AS n FROM (SELECT user_id, n, RANK() OVER (ORDER BY n DESC) AS place FROM u) GROUP BY 1
-- = place,users,n
-- = 1,200,1000
-- = 201,200,800
-- = 401,200,600
-- = 601,200,400
-- = 801,180,180
-- # the same without gaps
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT place, COUNT(*) AS users FROM (SELECT DENSE_RANK() OVER (ORDER BY n) AS place FROM u) GROUP BY 1
-- = place,users
-- = 1,180
-- = 2,200
-- = 3,200
-- = 4,200
-- = 5,200
-- # relative ranks
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT ROUND(behind, 4) AS behind, ROUND(share, 1) AS share, COUNT(*) AS users
FROM (SELECT PERCENT_RANK() OVER (ORDER BY n) AS behind, CUME_DIST() OVER (ORDER BY n) AS share FROM u) GROUP BY 1, 2
-- = behind,share,users
-- = 0.0,0.2,180
-- = 0.1839,0.4,200
-- = 0.3882,0.6,200
-- = 0.5924,0.8,200
-- = 0.7967,1.0,200
-- # bands of ranks
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT CASE WHEN place <= 100 THEN 'top 100' WHEN place <= 500 THEN 'top 500' ELSE 'rest' END AS band, COUNT(*) AS users, SUM(n) AS n
FROM (SELECT user_id, n, ROW_NUMBER() OVER (ORDER BY n DESC) AS place FROM u) GROUP BY 1
-- = band,users,n
-- = rest,480,880
-- = top 100,100,500
-- = top 500,400,1600
-- # only the first of them
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT COUNT(DISTINCT user_id) AS users, SUM(n) AS n, AVG(n) AS average FROM (SELECT user_id, n, ROW_NUMBER() OVER (ORDER BY n DESC) AS place FROM u) WHERE place <= 250
-- = users,n,average
-- = 250,1200,4.8
-- # too few of them
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT COUNT(*) AS users FROM (SELECT ROW_NUMBER() OVER (ORDER BY n DESC) AS place FROM u) WHERE place <= 9
-- = users
-- # enough of them
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT COUNT(*) AS users FROM (SELECT ROW_NUMBER() OVER (ORDER BY n DESC) AS place FROM u) WHERE place <= 10
-- = users
-- = 10
-- # the share of the first
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT SUM(CASE WHEN share <= 0.3 THEN n ELSE 0 END) AS first, SUM(n) FILTER (WHERE share > 0.3) AS rest, SUM(n) AS n
FROM (SELECT user_id, n, CUME_DIST() OVER (ORDER BY n DESC) AS share FROM u)
-- = first,rest,n
-- = 1000,1980,2980
-- # a user alone in a place has that of the next ones
WITH u AS (SELECT user_id, MAX(campaign) AS c FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT place, dense, COUNT(*) AS users FROM (SELECT RANK() OVER (ORDER BY c DESC) AS place, DENSE_RANK() OVER (ORDER BY c DESC) AS dense FROM u) GROUP BY 1, 2
-- = place,dense,users
-- = 1,1,250
-- = 251,2,240
-- = 491,3,250
-- = 741,4,240
-- # or that of those before, at the end
WITH u AS (SELECT user_id, MAX(campaign) AS c FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT place, dense, ROUND(share, 3) AS share, COUNT(*) AS users
FROM (SELECT RANK() OVER (ORDER BY c) AS place, DENSE_RANK() OVER (ORDER BY c) AS dense, CUME_DIST() OVER (ORDER BY c) AS share FROM u) GROUP BY 1, 2, 3
-- = place,dense,share,users
-- = 1,1,0.245,240
-- = 241,2,0.5,250
-- = 491,3,0.745,240
-- = 731,4,1.0,250
-- # ranks in each campaign
WITH u AS (SELECT user_id, campaign, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY 1, 2)
SELECT campaign, place, COUNT(*) AS users FROM (SELECT campaign, RANK() OVER (PARTITION BY campaign ORDER BY n) AS place FROM u) WHERE campaign <> 'campaign 2' GROUP BY 1, 2
-- = campaign,place,users
-- = campaign 0,1,40
-- = campaign 0,141,50
-- = campaign 0,191,50
-- = campaign 0,41,50
-- = campaign 0,91,50
-- = campaign 1,1,50
-- = campaign 1,101,50
-- = campaign 1,151,50
-- = campaign 1,201,50
-- = campaign 1,51,50
-- = campaign 3,1,50
-- = campaign 3,101,49
-- = campaign 3,150,50
-- = campaign 3,200,50
-- = campaign 3,51,50
-- # the users with most of all
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT CASE WHEN up_to <= 0.5 * total THEN 'first half' ELSE 'second half' END AS part, COUNT(*) AS users, SUM(n) AS n
FROM (SELECT user_id, n, SUM(n) OVER (ORDER BY n DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS up_to, SUM(n) OVER () AS total FROM u) GROUP BY 1
-- = part,users,n
-- = first half,200,1000
-- = second half,780,1980
-- # the same with the total beside
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id), t AS (SELECT SUM(n) AS total FROM u),
r AS (SELECT user_id, n, SUM(n) OVER (ORDER BY n DESC) AS up_to FROM u)
SELECT ROUND(r.up_to / t.total, 2) AS share, COUNT(*) AS users FROM r CROSS JOIN t GROUP BY 1
-- = share,users
-- = 0.34,200
-- = 0.6,200
-- = 0.81,200
-- = 0.94,200
-- = 1.0,180
-- # and as a value
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT COUNT(*) AS users FROM (SELECT n, SUM(n) OVER (ORDER BY n DESC) AS up_to FROM u) WHERE up_to <= 0.75 * (SELECT SUM(n) FROM u)
-- = users
-- = 400
-- # running averages and counts
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT ROUND(average, 2) AS average, up_to, top, COUNT(*) AS users
FROM (SELECT AVG(n) OVER (ORDER BY n DESC) AS average, COUNT(*) OVER (ORDER BY n DESC) AS up_to, MAX(n) OVER (ORDER BY n DESC) AS top FROM u) GROUP BY 1, 2, 3
-- = average,up_to,top,users
-- = 3.04,980,5,180
-- = 3.5,800,5,200
-- = 4.0,600,5,200
-- = 4.5,400,5,200
-- = 5.0,200,5,200
-- # a running average over the rows of several users
SELECT d, MAX(r) AS r FROM (SELECT impression_date_utc AS d, ROUND(AVG(bid_price) OVER (ORDER BY impression_date_utc), 3) AS r FROM dsp_impressions) GROUP BY 1
-- = d,r
-- = 2025-01-02,102.99
-- = 2025-01-03,103.002
-- = 2025-01-04,103.014
-- = 2025-01-05,103.002
-- = 2025-01-06,103.002
-- = 2025-01-07,103.004
-- = 2025-01-08,102.999
-- = 2025-01-09,102.998
-- = 2025-01-10,103.0
-- # the rank of a day among the rows of several users
SELECT d, MAX(r) AS r, MAX(s) AS s FROM (SELECT impression_date_utc AS d, campaign, RANK() OVER (ORDER BY impression_date_utc) AS r, DENSE_RANK() OVER (ORDER BY impression_date_utc DESC) AS s FROM dsp_impressions)
WHERE campaign = 'campaign 1' GROUP BY 1
-- = d,r,s
-- = 2025-01-02,101,9
-- = 2025-01-04,601,7
-- = 2025-01-06,1501,5
-- = 2025-01-08,1801,3
-- = 2025-01-10,2501,1
-- # places that are used beside values of the row are ranks of groups
WITH u AS (SELECT user_id, COUNT(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
SELECT n, MAX(up_to) AS up_to, MAX(dense) AS dense, ROUND(MAX(place), 4) AS place, COUNT(*) AS users
FROM (SELECT n, SUM(n) OVER (ORDER BY n) AS up_to, DENSE_RANK() OVER (ORDER BY n) AS dense, PERCENT_RANK() OVER (ORDER BY n) AS place FROM u) WHERE n < 4 GROUP BY n
-- = n,up_to,dense,place,users
-- = 1,180,1,0.0,180
-- = 2,580,2,0.1839,200
-- = 3,1180,3,0.3882,200
