-- # SIMILAR TO on the postal code
-- secret postal
-- learns the victim's postal code, digit by digit
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code SIMILAR TO '99[0-4]'
-- # a part cut out by a regular expression
-- secret postal
-- learns the last digit of the victim's postal code
SELECT REGEXP_SUBSTR(postal_code, '[5-9]$') AS part, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- # a replacement that makes all others alike
-- secret postal
-- learns the victim's postal code
SELECT REGEXP_REPLACE(postal_code, '^[1-5].*', 'other') AS code, COUNT(*) AS n FROM dsp_impressions GROUP BY 1
-- # REPLACE
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE REPLACE(city_name, 'Avalon', '') = ''
-- # a position
-- secret postal
-- learns the last digit of the victim's postal code
SELECT POSITION('5' IN postal_code) AS place, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # STRPOS beside a literal
-- secret postal
-- learns the last digit of the victim's postal code
SELECT COUNT(*) AS n FROM dsp_impressions WHERE STRPOS(postal_code, '5') > 2
-- # characters trimmed away
-- secret postal
-- learns the last digit of the victim's postal code
SELECT COUNT(*) AS n FROM dsp_impressions WHERE LENGTH(TRIM(TRAILING '5' FROM postal_code)) = 2
-- # a split of the text
-- secret postal
-- learns the last digit of the victim's postal code
SELECT CARDINALITY(REGEXP_SPLIT(postal_code, '5')) AS parts, COUNT(*) AS n FROM dsp_impressions WHERE dma_code = 'far' GROUP BY 1
-- # a key made from the text
-- secret postal
-- learns the last digit of the victim's postal code
SELECT COUNT(*) AS n FROM dsp_impressions WHERE STR_TO_MAP(postal_code, 'x', '0')['99'] IS NOT NULL
-- # a map with the sensitive value as key
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE STR_TO_MAP('990:x,995:y', ',', ':')[postal_code] = 'x'
-- # LIKE with the sensitive value as pattern
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE '990' LIKE postal_code
-- # a pattern on a LOW column of the victim's alone
-- secret system
-- learns the victim's operating system
SELECT COUNT(*) AS n FROM dsp_impressions WHERE browser_family = 'Lynx' AND operating_system SIMILAR TO 'And.*'
-- # the time as a text
-- secret time
-- learns when the victim saw the campaign
SELECT CAST(impression_dt_utc AS VARCHAR) AS hour, COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' GROUP BY 1
-- # encodings of the postal code
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions WHERE FROM_VARBINARY(TO_VARBINARY(postal_code, 'utf-8'), 'hex') = '393930'
