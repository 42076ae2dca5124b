-- # no user
-- @ audience display
SELECT campaign FROM dsp_impressions_for_audiences
-- ! user_id_not_selected 1:1
-- # a computed user
-- @ audience display
SELECT MD5(user_id) AS user_id FROM dsp_impressions_for_audiences
-- ! user_id_not_selected 1:8
-- # a user that is text
-- @ audience display
SELECT CAST(user_id AS VARCHAR) AS user_id FROM dsp_impressions_for_audiences
-- ! user_id_not_selected 1:8
-- # users written in the query
-- @ audience display
SELECT user_id FROM (VALUES (1), (2)) v (user_id)
-- ! user_id_not_selected 1:8
-- # users beside written ones
-- @ audience display
SELECT COALESCE(user_id, '1') AS user_id FROM dsp_impressions_for_audiences
-- ! user_id_not_selected 1:8
-- # a measurement table
-- @ audience display
SELECT user_id FROM dsp_impressions
-- ! audience_table_required 1:21
-- # a measurement table inside of IN
-- @ audience display
SELECT user_id FROM dsp_impressions_for_audiences WHERE user_id IN (SELECT user_id FROM conversions)
-- ! audience_table_required 1:89
-- # a table of another advertiser type
-- @ audience sponsored_ads
SELECT user_id FROM amazon_brand_store_page_views_for_audiences
-- ! audience_table_not_allowed 1:21
-- # an audience table in measurement
SELECT COUNT(*) AS n FROM conversions_for_audiences
-- ! audience_table_in_measurement 1:27
-- # an audience table inside of WITH, unused
WITH a AS (SELECT user_id FROM conversions_for_audiences) SELECT COUNT(*) AS n FROM conversions
-- ! audience_table_in_measurement 1:32
-- # a row that hangs on a row of another user
-- @ audience display
SELECT a.user_id FROM dsp_impressions_for_audiences a JOIN dsp_clicks_for_audiences c ON a.campaign = c.campaign
-- ! unsupported 1:8
-- # a rank over users who have several rows
-- @ audience display
SELECT user_id FROM (SELECT user_id, RANK() OVER (ORDER BY impression_cost) AS r FROM dsp_impressions_for_audiences) WHERE r < 10
-- ! unsupported 1:38
-- # the row of the user before
-- @ audience display
SELECT user_id FROM (SELECT user_id, SUM(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS m FROM (SELECT user_id, COUNT(*) AS n FROM dsp_impressions_for_audiences GROUP BY 1)) WHERE m > 1
-- ! unsupported 1:38
