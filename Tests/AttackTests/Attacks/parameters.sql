-- # the postal code as a parameter
-- secret postal
-- learns where the victim saw the campaign
-- parameter code = 990
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code = CUSTOM_PARAMETER('code')
-- # a pattern as a parameter
-- secret postal
-- learns the victim's postal code, digit by digit
-- parameter pattern = 990%
SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code LIKE CUSTOM_PARAMETER('pattern')
-- # a parameter by way of WITH
-- secret city
-- learns the victim's city
-- parameter city = Avalon
WITH p AS (SELECT CUSTOM_PARAMETER('city') AS city)
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN p ON i.city_name = p.city
-- # a parameter in COALESCE
-- secret city
-- learns the victim's city
-- parameter city = Avalon
SELECT COUNT(NULLIF(city_name, CUSTOM_PARAMETER('city'))) AS n FROM dsp_impressions
-- # a parameter beside the user
-- secret seen
-- learns whether the victim saw the campaign
-- parameter who = 77
SELECT COUNT(*) AS n FROM dsp_impressions WHERE user_id = CUSTOM_PARAMETER('who')
-- # a parameter that isolates the victim
-- secret seen
-- learns whether the victim saw the campaign
-- parameter campaign = solo
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = CUSTOM_PARAMETER('campaign')
-- # the built-in parameter beside the victim's time
-- secret time
-- learns when the victim saw the campaign
-- window 2025-01-05T00:00:00Z 2025-01-05T12:00:00Z
SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND impression_dt_utc < BUILT_IN_PARAMETER('TIME_WINDOW_END')
