"""Files for uploads, each with some bytes changed: CSV, JSON lines, Parquet, and gzip and zip archives around them."""

import ctypes
import gzip
import io
import json
import zipfile

from adyton import ROOT, Failed
from fuzz_requests import mutated
from model import PEOPLE
from room import email

FORMATS = {"csv": {"csvDataFormat": {}}, "json": {"jsonDataFormat": "LINES"}, "parquet": {"parquetDataFormat": "PARQUET_DATA_FORMAT"}}
TYPES = {"csv": "csv", "json": "jsonl", "parquet": "parquet"}
ROWS = [{"email": email(n), "product": f"thing{n % 7}", "bought": "2025-06-05T10:00:00Z"} for n in range(PEOPLE)]


def plain(kind, parquet):
    """A file that can be read."""
    if kind == "csv":
        return ("email,product,bought\n" + "".join(",".join(row.values()) + "\n" for row in ROWS)).encode()
    if kind == "json":
        return "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    return parquet


def nasty(generator, kind):
    """A file that is made to be hard to read; nothing for Parquet."""
    if kind == "csv":
        return generator.choice([
            b'email,product,bought\n"' + b"a\n" * 400_000, b"email,product,bought\n" + b"," * 300_000,
            b"email," * 5_000 + b"\n", b"email,product,bought\n" + b"x" * 2_000_000, b"\xff\xfee\0m\0a\0", b"\n" * 100_000,
            b"email,product,bought\n" + b'"""' * 100_000])
    if kind == "json":
        return generator.choice([
            b"[" * 100_000, b'{"a":' * 50_000, b'{"email": "' + b"x" * 2_000_000, b"{}\n" * 20_000, b"null\n1\n[]\n",
            b'{"email":1e999999,"product":{"a":[1]},"bought":-1}\n', b'{"product":"\\ud800","email":null}\n'])
    return b"PAR1" + bytes(8) + b"\xff\xff\xff\x7fPAR1"


def archived(generator, name, data):
    """The file as it is, or in an archive: the name of the compression and the bytes."""
    kind = generator.choice(["NONE", "NONE", "GZIP", "ZIP"])
    if kind == "GZIP":
        return kind, gzip.compress(data, 1, mtime=0)
    if kind == "ZIP":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            names = generator.choice([[name], [name, "b/" + name], ["../" + name], ["/etc/" + name], [name, name.upper()]])
            for entry in names:
                archive.writestr(entry, data)
        return kind, buffer.getvalue()
    return kind, data


def parquet_file(path):
    """Has the engine's own library write the rows as Parquet."""
    engine = ctypes.CDLL(str(next((ROOT / ".deps" / "duckdb" / "lib").glob("libduckdb.*"))))
    database, connection, result = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.create_string_buffer(256)
    engine.duckdb_open(None, ctypes.byref(database))
    engine.duckdb_connect(database, ctypes.byref(connection))
    values = ", ".join("('{email}', '{product}', TIMESTAMP '2025-06-05 10:00:00')".format(**row) for row in ROWS)
    sql = f"COPY (SELECT * FROM (VALUES {values}) AS t(email, product, bought)) TO '{path}' (FORMAT parquet)"
    if engine.duckdb_query(connection, sql.encode(), result) != 0:
        raise Failed("the Parquet file to be changed could not be written")
    engine.duckdb_disconnect(ctypes.byref(connection))
    engine.duckdb_close(ctypes.byref(database))
    return path.read_bytes()


class Files:
    """A source of files. `parquet` is one that the engine itself has written."""

    def __init__(self, parquet):
        self.parquet = parquet

    def make(self, generator):
        """A file's ending, its format and compression as an upload names them, and its bytes."""
        kind = generator.choice(list(FORMATS))
        data = nasty(generator, kind) if generator.random() < 0.08 else plain(kind, self.parquet)
        if generator.random() < 0.6:
            data = mutated(generator, data)
        compression, data = archived(generator, f"file.{TYPES[kind]}", data)
        if generator.random() < 0.6:
            data = mutated(generator, data)
        ending = TYPES[kind] + {"GZIP": ".gz", "ZIP": ".zip"}.get(compression, "")
        return ending, FORMATS[kind], compression, data
