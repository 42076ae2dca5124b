-- # the victim by a mark of the adversary's own
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN list l ON i.user_id = l.user_id WHERE l.mark = 'victim' AND i.campaign = 'solo'
-- # the victim by name, one row a person
-- tolerated what is left of all groups is one row about everybody, and everybody's clicks are counted in it
-- secret clicked
-- learns whether the victim clicked
SELECT l.person, COUNT(*) AS n FROM dsp_clicks c JOIN list l ON c.user_id = l.user_id GROUP BY 1
-- # marks as groups
-- secret sales
-- learns what the victim spent
SELECT l.mark, SUM(c.total_product_sales) AS n FROM conversions c JOIN list l ON c.user_id = l.user_id GROUP BY 1
-- # a figure for the victim only
-- secret sales
-- learns what the victim spent
SELECT SUM(CASE WHEN l.mark = 'victim' THEN c.total_product_sales ELSE 0 END) AS n FROM conversions c JOIN list l ON c.user_id = l.user_id
-- # a figure for the victim only, by a filter
-- secret sales
-- learns what the victim spent
SELECT SUM(c.total_product_sales) FILTER (WHERE l.mark = 'victim') AS n, COUNT(*) AS all_of_them FROM conversions c JOIN list l ON c.user_id = l.user_id
-- # guesses at the postal code by a join
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM dsp_impressions i JOIN guesses g ON i.postal_code = g.guess WHERE g.kind = 'postal'
-- # guesses at the city in a subquery
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions WHERE city_name IN (SELECT guess FROM guesses WHERE kind = 'city')
-- # guesses at the city above a cross join
-- secret city
-- learns the victim's city
SELECT g.guess, COUNT(*) AS n FROM dsp_impressions i CROSS JOIN guesses g WHERE i.city_name = g.guess GROUP BY 1
-- # guesses mixed with the postal code in a UNION
-- secret postal
-- learns where the victim saw the campaign
SELECT COUNT(*) AS n FROM (SELECT postal_code AS x FROM dsp_impressions UNION SELECT guess FROM guesses)
-- # a guess as the greater of two
-- secret city
-- learns the victim's city
SELECT COUNT(*) AS n FROM dsp_impressions i CROSS JOIN guesses g WHERE GREATEST(i.city_name, g.guess) = g.guess AND g.kind = 'city'
-- # the victim among those whom nobody matched
-- secret seen
-- learns whether the victim saw the campaign
SELECT COUNT(*) AS n FROM list l LEFT JOIN (SELECT user_id FROM dsp_impressions WHERE campaign = 'solo') i ON l.user_id = i.user_id WHERE i.user_id IS NOT NULL
-- # a list with the victim and one without
-- secret clicked
-- weights 1 -1
-- learns whether the victim clicked
SELECT COUNT(*) AS n FROM dsp_clicks c JOIN list l ON c.user_id = l.user_id
-- then
SELECT COUNT(*) AS n FROM dsp_clicks c JOIN list_without_victim l ON c.user_id = l.user_id
-- # a list with the victim and one without, in one query
-- secret clicked
-- weights 1
-- learns whether the victim clicked
SELECT a.n - b.n AS n FROM (SELECT COUNT(*) AS n FROM dsp_clicks c JOIN list l ON c.user_id = l.user_id) a
CROSS JOIN (SELECT COUNT(*) AS n FROM dsp_clicks c JOIN list_without_victim l ON c.user_id = l.user_id) b
-- # who is on one list and not on the other
-- secret clicked
-- learns whether the victim clicked
SELECT COUNT(*) AS n FROM dsp_clicks c JOIN list l ON c.user_id = l.user_id LEFT JOIN list_without_victim w ON c.user_id = w.user_id WHERE w.user_id IS NULL
-- # a weight of its own for the victim, read from the last digits of a sum
-- tolerated who uploads a number for each person reads it in a sum of enough people; AMC rounds nothing either
-- secret clicked
-- learns whether the victim clicked
SELECT MOD(SUM(l.weight), 1000000) AS n FROM dsp_clicks c JOIN list l ON c.user_id = l.user_id
