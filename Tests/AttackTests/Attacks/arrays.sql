-- # the victim's segment as a group
-- secret segments
-- learns the victim's segment
SELECT segment, COUNT(*) AS n FROM (SELECT user_id, EXPLODE(matched_behavior_segment_ids) AS segment FROM dsp_impressions) GROUP BY 1
-- # whether an array contains the segment
-- secret segments
-- learns the victim's segment
SELECT COUNT(*) AS n FROM dsp_impressions WHERE ARRAY_CONTAINS(matched_behavior_segment_ids, 900)
-- # an element by its index
-- secret segments
-- learns the victim's segment
SELECT matched_behavior_segment_ids[2] AS segment, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # the array as a text
-- secret segments
-- learns the victim's segment
SELECT ARRAY_TO_STRING(matched_behavior_segment_ids, ',') AS s, COUNT(*) AS n FROM dsp_impressions WHERE campaign_id = 999 GROUP BY 1
-- # the array as JSON
-- secret segments
-- learns the victim's segment
SELECT JSON_SERIALIZE(matched_behavior_segment_ids) AS s, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- # EXPLODE to have more rows
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n, COUNT(user_id) AS u FROM (SELECT user_id, campaign, EXPLODE(ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) AS x FROM dsp_impressions) WHERE campaign = 'solo'
-- # EXPLODE of an array that is as long as a secret
-- secret detail
-- learns the victim's supply cost
SELECT COUNT(*) AS n FROM (SELECT user_id, EXPLODE(REGEXP_SPLIT(line_item, '')) AS x FROM dsp_impressions WHERE campaign = 'solo')
-- # the postal code in an array of literals
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE ARRAY_CONTAINS(ARRAY['990', '100'], postal_code)
-- # what the arrays share
-- secret postal
-- learns where the victim saw the campaign
SELECT CARDINALITY(ARRAY_INTERSECT(ARRAY[postal_code], ARRAY['990'])) AS n, COUNT(*) AS c FROM dsp_impressions GROUP BY 1
-- # what is left of an array
-- secret city
-- learns the victim's city
SELECT CARDINALITY(ARRAY_REMOVE(ARRAY[city_name, 'x'], 'Avalon')) AS n, COUNT(*) AS c FROM dsp_impressions GROUP BY 1
-- # the union of arrays
-- secret city
-- learns the victim's city
SELECT CARDINALITY(ARRAY_UNION(ARRAY[city_name], ARRAY['Avalon'])) AS n, COUNT(*) AS c FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # the order of an array with a literal in it
-- secret city
-- learns whether the victim's city comes after a literal
SELECT ARRAY_SORT(ARRAY[city_name, 'Azalea'])[1] = 'Azalea' AS after, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- # all events of all users as one list
-- secret cost
-- learns what the victim's impression cost
SELECT COLLECT(impression_cost) AS n FROM dsp_impressions
-- # a list of each user's, as a group
-- secret seen
-- learns whether the victim saw the campaign
SELECT CAST(costs AS VARCHAR) AS costs, COUNT(*) AS n FROM (SELECT user_id, ARRAY_TO_STRING(ARRAY_SORT(COLLECT(campaign)), ',') AS costs FROM dsp_impressions GROUP BY 1) WHERE costs LIKE '%solo%' GROUP BY 1
-- # a list of the city beside a literal
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM (SELECT user_id, COLLECT(city_name) AS cities FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1) WHERE ARRAY_CONTAINS(cities, 'Avalon')
-- # JSON made of the city and read by a path
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE JSON_EXTRACT(JSON_SERIALIZE(NAMED_ROW('a', city_name)), '$.a') = 'Avalon'
-- # JSON whose path is sensitive
-- secret city
-- learns the victim's city
SELECT JSON_EXTRACT('{"Avalon":1,"Babylon":2}', CONCAT('$.', city_name)) AS n, COUNT(*) AS c FROM dsp_impressions GROUP BY 1
-- # a field of a struct beside a literal
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM (SELECT NAMED_ROW('a', city_name) AS s FROM dsp_impressions) WHERE s.a = 'Avalon'
-- # a struct as a group key with the city in it
-- secret city
-- learns the victim's city
SELECT s, COUNT(*) AS n FROM (SELECT NAMED_ROW('a', city_name, 'b', campaign) AS s FROM dsp_impressions WHERE campaign = 'solo') GROUP BY 1
-- # a flattened list with a literal
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CARDINALITY(ARRAY_DISTINCT(FLATTEN(ARRAY[ARRAY[city_name], ARRAY['Avalon']]))) = 1
-- # the segment's name by a join
-- secret segments
-- learns the victim's segment
SELECT m.segment_name, COUNT(*) AS n FROM (SELECT user_id, EXPLODE(matched_behavior_segment_ids) AS segment FROM dsp_impressions) i
JOIN segment_metadata m ON m.segment_id = i.segment GROUP BY 1
