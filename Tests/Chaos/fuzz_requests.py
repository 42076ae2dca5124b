"""Generated requests: structured ones after endpoints.tsv and the published files, and raw bytes."""

import json
import random
import urllib.parse

from adyton import ROOT

TEXTS = [
    "", "a", "none", "chaos", "../../etc/passwd", "%00", "\u0000", "ü大🦊", "x" * 300, "y" * 70_000, "2025-06-01T00:00:00Z",
    "2025-06-01T00:00:00", "s3://a/b", "SELECT COUNT(*) AS n FROM conversions", "SELECT " + "(" * 500 + "1" + ")" * 500,
    "SELECT user_id FROM conversions", "'; DROP TABLE x; --", "EXPLICIT", "MOST_RECENT_WEEK", "CUSTOM('1')", "NaN", "-0"]
NUMBERS = [0, 1, -1, 24, 2**31, 2**53 + 1, 2**63, -(2**64), 1.5, 1e308, 86400]
ENCODINGS = ["utf-8"] * 12 + ["utf-16", "utf-16-be", "utf-32", "latin-1"]


def endpoints():
    """The operations of endpoints.tsv: method, path, media type."""
    text = (ROOT / "Sources" / "AdsAPI" / "Resources" / "endpoints.tsv").read_text()
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    names = lines[0]
    rows = [dict(zip(names, line)) for line in lines[1:]]
    return [(row["method"], row["path"], row["media_types"].split(",")[-1].rstrip("*")) for row in rows]


def shapes(files):
    """The schemas of bodies in the published files: (method, path) to schema and document."""
    found = {}
    for document in files.values():
        for path, item in document["paths"].items():
            for method, operation in item.items():
                content = operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
                for media in content.values():
                    found[method.upper(), path] = (media.get("schema", {}), document)
    return found


class Requests:
    """A source of requests. Ids that the server has told are used as well as made-up ones."""

    def __init__(self, files, known):
        self.endpoints, self.shapes, self.known = endpoints(), shapes(files), known

    def structured(self, generator):
        """Method, path, body and headers of a request to an operation, with some of it broken."""
        method, path, media = generator.choice(self.endpoints)
        schema = self.shapes.get((method, path))
        if generator.random() < 0.03:
            method = generator.choice(["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"])
        url = "/".join(self.segment(generator, part) for part in path.split("/"))
        if generator.random() < 0.3:
            names = ["limit", "nextToken", "maxResults", "advertiserId", "workflowId", "minCreationTime", "x"]
            pairs = [(generator.choice(names), str(self.scalar(generator))[:200]) for _ in range(generator.randrange(4))]
            url += "?" + urllib.parse.urlencode(pairs)
        headers = {}
        if generator.random() < 0.1:
            headers["Accept"] = generator.choice(["*/*", "text/html", "application/vnd.none.v9+json", ";q=x", media])
        if method in ("GET", "HEAD") and generator.random() < 0.95:
            return method, url, None, headers
        if generator.random() < 0.1:
            headers["Content-Type"] = generator.choice(
                ["text/plain", "application/x-www-form-urlencoded", "application/xml", "", media])
        return method, url, self.body(generator, schema), headers

    def segment(self, generator, part):
        if not part.startswith("{"):
            return part
        values = self.known.get(part[1:-1], [])
        value = generator.choice(values) if values and generator.random() < 0.7 else str(self.scalar(generator))[:400]
        return urllib.parse.quote(value, safe="")

    def body(self, generator, schema):
        value = self.value(generator, *schema) if schema else self.anything(generator, 0)
        text = json.dumps(value, ensure_ascii=generator.random() < 0.5)
        data = text.encode(generator.choice(ENCODINGS), "replace")
        if generator.random() < 0.15:
            data = mutated(generator, data)
        if generator.random() < 0.01:
            depth = generator.choice([40, 200, 5_000, 60_000])
            data = b"[" * depth + b"]" * generator.choice([depth, 0])
        return data

    def value(self, generator, schema, document, depth=0):
        """A value that fits a schema, most of the time."""
        if depth > 8 or generator.random() < 0.04:
            return self.anything(generator, depth)
        if "$ref" in schema:
            target = document
            for part in schema["$ref"].lstrip("#/").split("/"):
                target = target[part]
            return self.value(generator, target, document, depth + 1)
        for word in ("oneOf", "anyOf", "allOf"):
            if schema.get(word):
                return self.value(generator, generator.choice(schema[word]), document, depth + 1)
        if "enum" in schema:
            return generator.choice(schema["enum"])
        kind = schema.get("type", "object")
        if kind == "object":
            required = schema.get("required", [])
            return {
                name: self.named(generator, name) or self.value(generator, part, document, depth + 1)
                for name, part in schema.get("properties", {}).items()
                if name in required or generator.random() < 0.5}
        if kind == "array":
            return [
                self.value(generator, schema.get("items", {}), document, depth + 1) for _ in range(generator.randrange(4))]
        if kind == "boolean":
            return generator.random() < 0.5
        return generator.choice(NUMBERS if kind in ("integer", "number") else TEXTS)

    def named(self, generator, name):
        values = self.known.get(name)
        return generator.choice(values) if values and generator.random() < 0.6 else None

    def scalar(self, generator):
        return generator.choice([generator.choice(TEXTS), generator.choice(NUMBERS), None, True])

    def anything(self, generator, depth):
        kind = generator.randrange(6) if depth < 5 else 5
        if kind == 0:
            return [self.anything(generator, depth + 1) for _ in range(generator.randrange(4))]
        if kind == 1:
            names = list(self.known) + ["", "workflow", "sqlQuery", "records"]
            return {generator.choice(names): self.anything(generator, depth + 1) for _ in range(generator.randrange(4))}
        return self.scalar(generator)


def mutated(generator, data):
    """Bytes with some of them changed, removed or doubled."""
    data = bytearray(data)
    for _ in range(generator.choice([1, 1, 2, 5, 20])):
        place = generator.randrange(len(data) + 1)
        kind = generator.randrange(5)
        if kind == 0 and place < len(data):
            data[place] ^= 1 << generator.randrange(8)
        elif kind == 1:
            data[place:place] = generator.randbytes(generator.randrange(1, 9))
        elif kind == 2:
            del data[place : place + generator.randrange(1, 64)]
        elif kind == 3:
            data[place:place] = data[place : place + generator.randrange(1, 256)]
        else:
            data[place : place + 4] = generator.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b'"\r\n,'])
    return bytes(data)


def raw(generator, headers):
    """Bytes for a connection: broken HTTP, and things that are none."""
    kind = generator.randrange(7)
    if kind == 0:
        return generator.randbytes(generator.randrange(1, 4_000))
    line = generator.choice([
        "GET /health HTTP/1.1", "POST /auth/o2/token HTTP/1.1", "GET /ready HTTP/9.9", "PRI * HTTP/2.0", "GET  / HTTP/1.1",
        "CONNECT a:1 HTTP/1.1", "GET http://a/health HTTP/1.1", "POST /amc/audiences/query HTTP/1.0", "G" * 9_000])
    fields = [f"{name}: {value}" for name, value in headers.items() if generator.random() < 0.7]
    fields += generator.sample([
        "Host: a", "Host: a", "Host: b", "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked", "Transfer-Encoding: chunked, identity", "Expect: 100-continue", "Upgrade: h2c",
        "X: " + "a" * 20_000, " folded", "No-Colon", "\0: \0", "Connection: close", "Content-Encoding: gzip"],
        generator.randrange(1, 6))
    body = generator.choice([b"", b"12345", b"5\r\nhello\r\n0\r\n\r\n", b"FFFFFFFFFFFFFFFF\r\n", b"{" * 3_000])
    message = line.encode() + b"\r\n" + "\r\n".join(fields).encode("latin-1", "replace") + b"\r\n\r\n" + body
    return mutated(generator, message) if kind > 3 else message
