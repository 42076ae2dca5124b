-- # the postal code beside a literal
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND postal_code = '990'
-- # the city beside a literal, among many who live there
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE city_name = 'Avalon'
-- # the postal code in a list
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code IN ('990', '100')
-- # a range of postal codes
-- secret postal
-- learns the first digits of the victim's postal code
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code BETWEEN '980' AND '992'
-- # the postal code compared backwards
-- secret postal
-- learns whether the victim's postal code is above another
SELECT COUNT(*) AS n FROM dsp_impressions WHERE '992' > postal_code
-- # the beginning of the postal code
-- secret postal
-- learns the victim's postal code, digit by digit
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code LIKE '990%'
-- # the postal code beside a derived literal
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code = CAST(900 + 90 AS VARCHAR)
-- # the postal code beside joined pieces
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code = CONCAT('99', '0')
-- # the postal code beside a constant that a subquery makes
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN (SELECT '990' AS code) c ON i.postal_code = c.code
-- # the hash of the postal code
-- secret postal
-- learns the victim's postal code by trying all
SELECT COUNT(*) AS n FROM dsp_impressions WHERE MD5(postal_code) = MD5('990')
-- # a number made of the postal code
-- secret postal
-- learns the victim's postal code
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CAST(postal_code AS INTEGER) % 10 = 5
-- # the postal code beside a column that a filter pins
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN (SELECT DISTINCT 'Avalon' AS pinned, browser_family FROM dsp_impressions) p
ON i.city_name = p.pinned
-- # a literal that comes by way of a user's own row
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN (SELECT user_id, 'Avalon' AS pinned FROM dsp_impressions) p
ON i.user_id = p.user_id AND i.city_name = p.pinned
-- # a literal by way of a column of another table
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN segment_metadata m ON i.postal_code = CAST(m.segment_id + 90 AS VARCHAR)
-- # the length of the city's name
-- secret city
-- learns the victim's city, as the names differ in length
SELECT LENGTH(city_name) AS letters, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # the first letter of the city as a group, for the victim alone
-- secret city
-- learns the first letter of the victim's city
SELECT LEFT(city_name, 1) AS letter, COUNT(*) AS n FROM dsp_impressions WHERE browser_family = 'Lynx' GROUP BY 1
-- # a literal of the same length
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE LENGTH(city_name) = 6 AND browser_family = 'Lynx'
-- # IS DISTINCT FROM
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE city_name IS NOT DISTINCT FROM 'Avalon'
-- # the user by a literal
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id = '77'
-- # the event by a literal
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE request_tag = 'r77-9'
-- # an order that pins the user
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id > '76' AND user_id < '78'
-- # the user by the remainder of a hash
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE HASH64(user_id) = HASH64('77')
-- # a city that is found by its rank, and a few users in it
-- secret city
-- learns the victim's city
WITH g AS (SELECT city_name, ROW_NUMBER() OVER (ORDER BY city_name) AS r FROM (SELECT city_name, COUNT(*) AS n FROM dsp_impressions GROUP BY 1))
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN g ON i.city_name = g.city_name
WHERE g.r = 1 AND (i.campaign = 'solo' OR i.campaign_id = 1 AND i.bid_price = 100)
-- # the same city in IN
-- secret city
-- learns the victim's city
WITH g AS (SELECT city_name, ROW_NUMBER() OVER (ORDER BY city_name) AS r FROM (SELECT city_name, COUNT(*) AS n FROM dsp_impressions GROUP BY 1))
SELECT COUNT(*) AS n FROM dsp_impressions i
WHERE i.city_name IN (SELECT city_name FROM g WHERE r = 1) AND (i.campaign = 'solo' OR i.campaign_id = 1 AND i.bid_price = 100)
-- # the same city in FILTER
-- secret city
-- learns the victim's city
WITH g AS (SELECT city_name, ROW_NUMBER() OVER (ORDER BY city_name) AS r FROM (SELECT city_name, COUNT(*) AS n FROM dsp_impressions GROUP BY 1))
SELECT COUNT(*) FILTER (WHERE i.city_name = g.city_name AND g.r = 1) AS n, COUNT(*) AS c
FROM dsp_impressions i CROSS JOIN g WHERE i.campaign = 'solo' OR i.campaign_id = 1 AND i.bid_price = 100
-- # the same city as the value of a subquery
-- secret city
-- learns the victim's city
WITH g AS (SELECT city_name, ROW_NUMBER() OVER (ORDER BY city_name) AS r FROM (SELECT city_name, COUNT(*) AS n FROM dsp_impressions GROUP BY 1))
SELECT COUNT(*) AS n FROM dsp_impressions i
WHERE i.city_name = (SELECT city_name FROM g WHERE r = 1) AND (i.campaign = 'solo' OR i.campaign_id = 1 AND i.bid_price = 100)
-- # a postal code in a table of VALUES that says something about it
-- secret postal
-- learns where the victim saw the campaign
SELECT m.region, COUNT(*) AS n FROM dsp_impressions i JOIN (VALUES ('990', 'a'), ('995', 'b')) m (code, region) ON i.postal_code = m.code GROUP BY 1
-- # the same, and a filter by what the table says
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions i LEFT JOIN (VALUES ('990', 'a'), ('995', 'b')) m (code, region) ON i.postal_code = m.code
WHERE m.region = 'a' AND i.campaign = 'solo' OR i.campaign_id = 1 AND i.bid_price = 100
-- # the users of a postal code, as a set
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_clicks WHERE user_id IN (SELECT i.user_id FROM dsp_impressions i
JOIN (VALUES ('990', 'a')) m (code, region) ON i.postal_code = m.code) OR campaign = 'mass 1' AND dma_code = 'west'
-- # a city without its name is empty
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND REPLACE(city_name, 'Avalon', '') <> ''
-- # a city that is empty without its own letters
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND TRIM(BOTH 'Avalon' FROM city_name) = ''
-- # a city found by its rank, beside rows of others
-- secret city
-- learns the victim's city
WITH g AS (SELECT city_name, ROW_NUMBER() OVER (ORDER BY city_name) AS r FROM (SELECT city_name, COUNT(*) AS n FROM dsp_impressions GROUP BY 1))
SELECT COUNT(DISTINCT i.user_id) AS users FROM dsp_impressions i JOIN dsp_clicks k ON i.user_id_type = k.user_id_type
JOIN g ON i.city_name = g.city_name WHERE g.r = 1 AND (i.campaign = 'solo' OR i.campaign_id = 1 AND i.bid_price = 100)
