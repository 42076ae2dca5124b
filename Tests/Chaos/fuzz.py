"""Fuzzed requests and mutated files against a live server with its workers.

    python Tests/Chaos/fuzz.py --adyton .build/debug/adyton --requests 100000 --files 10000

Nothing that a client sends may end the server, be answered with a 5xx other than 503, or take memory beyond its limits.
Afterwards the server is ready, and data of before is answered as before. Each request and file is made from the seed and
its number: --first begins elsewhere. Exit code: 0 everything held, 1 something did not, 130 stopped by Ctrl-C.
"""

import argparse
import concurrent.futures
import json
import pathlib
import random
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time

from adyton import ROOT, Client, Failed, Program, held_bytes, wait_until
from checks import Checks
from fuzz_files import Files, parquet_file
from fuzz_requests import Requests, raw
from model import Model
from room import BASE_WINDOW, BUCKET, INSTANCE, OPTIONS, REPORTING, UPLOADS, WINDOW, Room, signal_file

sys.path.append(str(ROOT / "Tests" / "Contract"))
import contract  # noqa: E402, for the published files

CLIENTS = 4
MEBIBYTE = 1 << 20
# What `--memory-mib 256` lets a worker hold, and what a server may hold with a few bodies of half a MiB at once.
WORKER_BYTES = (256 * 3 // 2 + 256) * MEBIBYTE
SERVER_BYTES = 512 * MEBIBYTE
TEXT_OF_RAW_ANSWERS = 64


class Memory(threading.Thread):
    """Looks again and again how much memory the server and its workers hold."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.peaks, self.ended = server, {"server": 0, "worker": 0}, threading.Event()

    def run(self):
        while not self.ended.wait(0.05):
            self.peaks["server"] = max(self.peaks["server"], held_bytes(self.server.process.pid))
            self.peaks["worker"] = max([self.peaks["worker"], *map(held_bytes, self.server.workers())])


class Fuzz:
    """A server with two instances: one for requests of any kind, and one whose data is known."""

    def __init__(self, adyton, folder, seed):
        self.seed = seed
        self.work = folder / "work"
        self.work.mkdir()
        program = Program(adyton, folder / "data")
        self.room, self.model = Room(program, self.work, options=OPTIONS), Model()
        marker = "known"
        self.model.loads.begin(marker, False)
        signal_file(self.work / "known.csv", marker)
        program.run("load", "conversions", str(self.work / "known.csv"), "--instance", INSTANCE)
        self.model.loads.end(True)
        other = program.json("admin", "instance", "create", "--id", "fuzz", "--name", "Fuzz", "--sandbox")
        credentials = program.json("admin", "client", "create", "--name", "fuzz", "--instance", "fuzz")
        program.run("admin", "terms", "accept", "--client", credentials["clientId"])
        self.server = self.room.server
        self.client = Client(self.server, other, credentials)
        self.checks = Checks(self.room, self.model)
        self.memory = Memory(self.server)
        self.statuses, self.uploads, self.lock = {}, {}, threading.Lock()

    def start(self):
        self.server.start()
        self.room.client.log_in()
        self.client.log_in()
        self.room.begin()
        self.memory.start()
        files = contract.published(ROOT / ".deps" / "openapi")
        files["own"] = json.loads((ROOT / "Tests" / "Contract" / "data-upload.openapi.json").read_text())
        self.requests = Requests(files, self.known())
        self.files = Files(parquet_file(self.work / "plain.parquet"))

    def known(self):
        """Ids of the instance for requests of any kind."""
        instance = self.client.instance
        reporting, body = "/amc/reporting/fuzz", {"workflowId": "saved", "sqlQuery": "SELECT COUNT(*) AS n FROM dsp_clicks"}
        self.client.ask("POST", f"{reporting}/workflows", body)
        made = self.client.ask("POST", f"{reporting}/workflowExecutions", {
            "workflowId": "saved", "requireSyntheticData": True, **BASE_WINDOW})
        return {
            "instanceId": ["fuzz"], "workflowId": ["saved"], "scheduleId": ["nightly"], "dataSetId": ["orders"],
            "workflowExecutionId": [made["workflowExecution"]["workflowExecutionId"]],
            "advertiserId": [instance["displayAdvertiser"]], "profileId": [instance["profile"]],
            "sqlQuery": [body["sqlQuery"], "SELECT advertiser, SUM(clicks) AS n FROM dsp_clicks GROUP BY advertiser"],
            "query": ["SELECT user_id FROM dsp_clicks_for_audiences"], "timeWindowType": ["MOST_RECENT_WEEK"]}

    def run(self, numbers, task):
        """Runs a task for each number by several clients at once; ends at the first that fails."""
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            running = set()
            for number in numbers:
                running.add(pool.submit(self.numbered, task, number))
                if len(running) >= 4 * CLIENTS:
                    done, running = concurrent.futures.wait(running, return_when="FIRST_COMPLETED")
                    for future in done:
                        future.result()
            for future in running:
                future.result()

    def numbered(self, task, number):
        try:
            task(random.Random(f"{self.seed}/{task.__name__}/{number}"))
        except Failed as error:
            raise Failed(f"{task.__name__} {number}: {error}")

    def request(self, generator):
        if generator.random() < 0.15:
            return self.raw_request(generator)
        method, url, body, more = self.requests.structured(generator)
        headers = {**self.client.headers(), **more}
        for name in list(headers):
            if generator.random() < 0.01:
                headers[name] = generator.choice(["", "x", "Bearer x", "é"])
        if url.startswith("/adyton/clock") or (method == "DELETE" and url.startswith("/amc/instances/fuzz")):
            return
        answer = self.client.raw(method, url, body, headers)
        if answer.status is None:
            answer = self.client.raw(method, url, body, headers)
        self.judge(answer.status, lambda: f"{method} {url[:500]} {(body or b'')[:3000]!r} {more}: {answer}")
        if answer.status == 401 and generator.random() < 0.2:
            self.client.log_in()

    def raw_request(self, generator):
        data = raw(generator, self.client.headers())
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                answer = connection.recv(TEXT_OF_RAW_ANSWERS)
            except ConnectionError:
                answer = b""
            except TimeoutError:
                raise Failed(f"no answer and no end to {data[:3000]!r}")
        parts = answer.split(b" ")
        status = int(parts[1]) if answer.startswith(b"HTTP/1.") and parts[1].isdigit() else None
        self.judge(status, lambda: f"{data[:3000]!r}: {answer!r}")

    def judge(self, status, what):
        with self.lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1
        if status is not None and status >= 500 and status != 503:
            raise Failed(what())
        if not self.server.is_alive:
            raise Failed(f"the server ended with {self.server.process.returncode}: {what()}")

    def file(self, generator):
        """Uploads a file and waits for the end; whatever it is, the end is a documented one."""
        ending, format, compression, data = self.files.make(generator)
        key = f"{generator.getrandbits(64):x}.{ending}"
        path = self.room.program.data / "buckets" / BUCKET / key
        path.write_bytes(data)
        body = {
            "updateStrategy": "FULL_REPLACE" if generator.random() < 0.3 else "ADDITIVE", "compressionFormat": compression,
            "dataSource": {"sourceS3Bucket": BUCKET, "sourceFileS3Key": key}, "fileFormat": format}
        made = self.room.client.send("POST", f"{UPLOADS}/uploads/orders0", body)
        self.judge(made.status, lambda: f"{body}: {made}")
        if made.status == 200:
            ended = wait_until(lambda: self.upload_end(made["uploadId"]), f"the upload of {key} ends")
            text = str(ended)
            if ended["status"] not in ("SUCCESS", "FAILED") or "engine_worker_ended" in text or "nternal" in text:
                raise Failed(f"{key}: {ended}")
            with self.lock:
                self.uploads[ended["status"]] = self.uploads.get(ended["status"], 0) + 1
        path.unlink()

    def upload_end(self, identifier):
        answer = self.room.client.ask("GET", f"{UPLOADS}/uploads/orders0/{identifier}").json()
        upload = answer.get("upload", answer)
        return upload if upload["status"] not in ("PENDING", "RUNNING", "IN_PROGRESS", "SUBMITTED") else None

    def end(self):
        """The server works as before, knows the same, and held no more memory than it may."""
        wait_until(lambda: self.room.client.send("GET", "/ready").status == 200, "the server is ready")
        self.checks.fresh("loads", "loads", WINDOW, self.model.loads.settle)
        self.checks.fresh("base", "base", BASE_WINDOW, lambda found: self.model.check({"kind": "base"}, found))
        self.memory.ended.set()
        self.memory.join()
        for name, limit in [("server", SERVER_BYTES), ("worker", WORKER_BYTES)]:
            if self.memory.peaks[name] > limit:
                raise Failed(f"a {name} held {self.memory.peaks[name]} bytes, more than {limit}")
        self.server.stop()
        self.room.program.run("verify")


def progress(fuzz, what, count, numbers, start):
    """The numbers, with a line now and then of how far they are."""
    shown = time.monotonic()
    for done, number in enumerate(numbers):
        if time.monotonic() - shown > (1 if sys.stdout.isatty() else 30):
            shown = time.monotonic()
            peaks = ", ".join(f"{name} {bytes // MEBIBYTE} MiB" for name, bytes in fuzz.memory.peaks.items())
            line = f"fuzz: {done}/{count} {what}, {shown - start:.0f} s, at most {peaks}"
            print(f"\r\033[K{line}" if sys.stdout.isatty() else line, end="" if sys.stdout.isatty() else "\n", flush=True)
        yield number


def main():
    parser = argparse.ArgumentParser(description="Fuzzed requests and mutated files against a live server.")
    parser.add_argument("--adyton", required=True, help="the program to test")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first request and file")
    parser.add_argument("--seed", type=int, help="what is sent, to repeat it; random if not given")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    seed = random.SystemRandom().getrandbits(32) if arguments.seed is None else arguments.seed
    print(f"fuzz: seed {seed}, {arguments.requests} requests, {arguments.files} files", flush=True)
    folder, start, fuzz = pathlib.Path(tempfile.mkdtemp(prefix="adyton-fuzz-")), time.monotonic(), None
    try:
        fuzz = Fuzz(arguments.adyton, folder, seed)
        fuzz.start()
        for what, count, task in [
            ("requests", arguments.requests, fuzz.request), ("files", arguments.files, fuzz.file)]:
            numbers = range(arguments.first, arguments.first + count)
            fuzz.run(progress(fuzz, what, count, numbers, start), task)
        fuzz.end()
        statuses = ", ".join(f"{status or 'none'}: {count}" for status, count in sorted(
            fuzz.statuses.items(), key=lambda item: -item[1]))
        peaks = ", ".join(f"{name} {bytes // MEBIBYTE} MiB" for name, bytes in fuzz.memory.peaks.items())
        print(f"\nfuzz: held in {time.monotonic() - start:.0f} s; statuses {statuses}; uploads {fuzz.uploads}; at most {peaks}")
        return 0
    except KeyboardInterrupt:
        print("\nfuzz: stopped")
        return 130
    except Exception as error:
        kept = ROOT / ".build" / "fuzz" / str(seed)
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept)
        print(f"\nfuzz: FAILED: {type(error).__name__}: {error}\nfuzz: repeat with --seed {seed}; data and logs are in {kept}")
        return 1
    finally:
        if fuzz and fuzz.server.is_alive:
            fuzz.server.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
