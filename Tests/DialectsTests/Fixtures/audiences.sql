-- # who clicked; without opt-outs and exclusions none of them is touched
-- @ audience display
SELECT COUNT(DISTINCT user_id) AS n FROM dsp_clicks_for_audiences
-- ! user_id_not_selected 1:1
-- # a table for measurement
-- @ audience display
SELECT user_id FROM dsp_clicks
-- ! audience_table_required 1:21
-- # a table that this advertiser type may not use
-- @ audience sponsored_ads
SELECT user_id FROM dsp_video_events_feed_for_audiences JOIN dsp_clicks_for_audiences USING (user_id)
-- ! audience_table_not_allowed 1:21
-- # a paid table that sponsored ads may not use
-- @ audience sponsored_ads
SELECT user_id FROM audience_segments_amer_inmarket_for_audiences
-- ! audience_table_not_allowed 1:21
-- # user_id must be one
-- @ audience display
SELECT campaign AS user_id FROM dsp_clicks_for_audiences
-- ! user_id_not_selected 1:8
-- # a table for audiences in measurement
SELECT COUNT(*) AS n FROM dsp_clicks_for_audiences
-- ! audience_table_in_measurement 1:27
-- # columns that audiences do not have
-- @ audience display
SELECT user_id FROM dsp_impressions_for_audiences WHERE ARRAY_CONTAINS(matched_behavior_segment_ids, 7)
-- ! unknown_column 1:72
