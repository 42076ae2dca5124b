-- # MD5 and SHA1: small hexadecimal digits of the UTF-8 text
SELECT MD5('') AS a, MD5('größe') AS b, SHA1('') AS c, SHA1('größe') AS d, MD5(NULL) AS e, SHA1(NULL) AS f
-- = a,b,c,d,e,f
-- = d41d8cd98f00b204e9800998ecf8427e,fdbb3a56280acfa9031707622c599ccb,da39a3ee5e6b4b0d3255bfef95601890afd80709,93c6a3acf1b4a1beba25d8a45a3ccd719721538b,,
-- # HASH64: the lower half of MD5, made a whole number that is not negative; alike for values that are written alike
SELECT HASH64('a') AS a, HASH64('') AS b, HASH64(1) = HASH64('1') AS c, HASH64(NULL) AS d, HASH64(DATE '2025-01-31') = HASH64('2025-01-31') AS e, HASH64('a') <> HASH64('A') AS f
-- = a,b,c,d,e,f
-- = 7000413967451013937,9098107892288553193,true,,true,true
-- # bytes: hexadecimal digits, base 64, UTF-8
SELECT FROM_VARBINARY(TO_VARBINARY('größe', 'utf-8'), 'hex') AS a, FROM_VARBINARY(TO_VARBINARY('größe', 'UTF-8'), 'base64') AS b, FROM_VARBINARY(TO_VARBINARY('6772c3b6', 'hex'), 'utf-8') AS c, FROM_VARBINARY(TO_VARBINARY('Z3LDtg==', 'base64'), 'utf-8') AS d, FROM_VARBINARY(TO_VARBINARY('', 'hex'), 'utf-8') AS e, FROM_VARBINARY(TO_VARBINARY('ABCDEF', 'hex'), 'hex') AS f
-- = a,b,c,d,e,f
-- = 6772c3b6c39f65,Z3LDtsOfZQ==,grö,grö,"",abcdef
-- # what is no such text, or no UTF-8, is NULL
SELECT TO_VARBINARY('xyz', 'hex') AS a, TO_VARBINARY('*', 'base64') AS b, FROM_VARBINARY(TO_VARBINARY('ff', 'hex'), 'utf-8') AS c, TO_VARBINARY(NULL, 'hex') AS d, FROM_VARBINARY(CAST(NULL AS BINARY), 'hex') AS e
-- = a,b,c,d,e
-- = ,,,,
-- # JSON_EXTRACT: a text without its quotes, anything else as JSON (1.50 as 1.5), NULL where there is nothing
WITH v (j) AS (VALUES ('{"a":{"b":[10,{"c":"x"}]},"n":null,"t":true,"f":1.50,"a key":"k","u":"\u00e4"}'))
SELECT JSON_EXTRACT(j, '$.a.b[0]') AS a, JSON_EXTRACT(j, '$.a.b[1].c') AS b, JSON_EXTRACT(j, '$.a.b[2]') AS c, JSON_EXTRACT(j, '$.n') AS d, JSON_EXTRACT(j, '$.t') AS e, JSON_EXTRACT(j, '$.f') AS f, JSON_EXTRACT(j, '$[''a key'']') AS g, JSON_EXTRACT(j, '$.a.b') AS h, JSON_EXTRACT(j, '$.u') AS i, JSON_EXTRACT(j, '$.A') AS k FROM v
-- = a,b,c,d,e,f,g,h,i,k
-- = 10,x,,,true,1.5,k,"[10,{""c"":""x""}]",ä,
-- # JSON_EXTRACT of what is no JSON, of a whole, and with a path from a column
WITH v (j, p) AS (VALUES ('{"a":1}', '$.a'), ('{"a":1}', '$['), ('no json', '$.a'), ('{"a":2}', NULL), (NULL, '$.a'))
SELECT j, p, JSON_EXTRACT(j, p) AS a, JSON_EXTRACT(j, '$') AS b FROM v
-- = j,p,a,b
-- = "{""a"":1}",$.a,1,"{""a"":1}"
-- = "{""a"":1}",$[,,"{""a"":1}"
-- = no json,$.a,,
-- = "{""a"":2}",,,"{""a"":2}"
-- = ,$.a,,
-- # JSON_SERIALIZE: structs, arrays, texts, numbers, times
SELECT JSON_SERIALIZE(ARRAY[1, NULL, 3]) AS a, JSON_SERIALIZE(NAMED_ROW('a', ARRAY['x'], 'b', NAMED_ROW('c', TRUE))) AS b, JSON_SERIALIZE('say "hi"') AS c, JSON_SERIALIZE(1.50) AS d, JSON_SERIALIZE(DATE '2025-01-31') AS e, JSON_SERIALIZE(NULL) AS f, JSON_SERIALIZE(STR_TO_MAP('a=1', ',', '=')) AS g
-- = a,b,c,d,e,f,g
-- = "[1,null,3]","{""a"":[""x""],""b"":{""c"":true}}","""say \""hi\""""",1.5,"""2025-01-31""",,"{""a"":""1""}"
