-- # a cast that fails for the victim's value only
-- secret detail
-- learns whether the victim's line item is a number
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CAST(line_item AS INTEGER) IS NOT NULL AND campaign = 'solo'
-- # a cast that fails in the middle of a sum
-- secret detail
-- learns whether the victim's line item is a number
SELECT SUM(CAST(line_item AS INTEGER)) AS n FROM dsp_impressions WHERE campaign = 'solo' OR campaign LIKE 'nothing%'
-- # a division by the victim's zero
-- secret detail
-- learns whether the victim's supply cost is zero
SELECT MAX(1 / supply_cost) AS n FROM dsp_impressions WHERE campaign = 'solo'
-- # a division by zero that would end the query
-- secret detail
-- learns whether the victim's supply cost is zero
SELECT COUNT(*) AS n FROM dsp_impressions WHERE CASE WHEN campaign = 'solo' THEN 1 / supply_cost ELSE 1 END IS NULL
-- # a remainder by zero
-- secret detail
-- learns whether the victim's supply cost is zero
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND MOD(7, supply_cost) = 7
-- # an overflow
-- secret detail
-- learns whether the victim's fee is huge
SELECT SUM(managed_service_fee + 1) AS n FROM dsp_impressions WHERE campaign = 'solo'
-- # an overflow in a sum
-- tolerated a part of one user that no number can hold is left out; nobody has such values but in a test
-- secret detail
-- learns whether the victim's fee is huge
SELECT SUM(managed_service_fee) AS n FROM dsp_impressions
-- # an overflow in a product
-- secret detail
-- learns whether the victim's fee is huge
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND managed_service_fee * managed_service_fee > 0
-- # a pattern of the victim's
-- secret detail
-- learns whether the victim's slot is a pattern
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND 'a' LIKE slot_position
-- # a part of a text that is out of range
-- secret detail
-- learns the victim's supply cost
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND SUBSTRING('abc', CAST(supply_cost AS INTEGER), 3) <> ''
-- # a negative length
-- secret detail
-- learns the victim's supply cost
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND LEFT('abc', CAST(supply_cost - 1 AS INTEGER)) = ''
-- # a date that does not exist
-- secret detail
-- learns whether the victim's text is a date
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND CAST(page_type AS DATE) IS NULL
-- # a date that does not exist, as a group
-- secret detail
-- learns whether the victim's text is a date
SELECT CAST(page_type AS DATE) AS d, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # a time that does not exist
-- secret detail
-- learns whether the victim's line item is a number
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND CAST(CONCAT('2025-01-', line_item) AS TIMESTAMP) IS NULL
-- # text that is no JSON
-- secret detail
-- learns whether the victim's text is JSON
SELECT JSON_EXTRACT(creative, '$.k') AS k, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # hex that is none
-- secret detail
-- learns whether the victim's text is hex
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND FROM_VARBINARY(TO_VARBINARY(line_item, 'hex'), 'utf-8') IS NULL
-- # a logarithm of the victim's zero
-- secret detail
-- learns whether the victim's supply cost is zero
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND LN(supply_cost) IS NULL
-- # a subquery that would give two rows
-- secret seen
-- learns whether the victim saw the campaign
SELECT (SELECT campaign FROM dsp_impressions WHERE campaign = 'solo') AS n FROM segment_metadata
-- # a cast of the postal code to a type that is too small
-- secret postal
-- learns whether the victim's postal code is above 127
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND CAST(CONCAT(RIGHT(postal_code, 1), '25') AS TINYINT) IS NULL
-- # a timestamp out of range
-- secret detail
-- learns whether the victim's fee is huge
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND EPOCH_TO_UTC_TIMESTAMP(managed_service_fee) IS NULL
