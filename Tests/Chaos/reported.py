"""Faults that once brought a server down, each as it was reported: a file, queries, too many files, a full disk.

    python Tests/Chaos/reported.py --adyton .build/debug/adyton [--engine in-process]

With the engine in the server's own process, the first ones take the server's memory and fail: they are what workers are for.
Exit code: 0 everything held, 1 something did not.
"""

import argparse
import gzip
import pathlib
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time

import faults
from adyton import Failed, Program, wait_until
from checks import Checks
from fuzz import SERVER_BYTES, WORKER_BYTES, Memory
from model import Model
from room import BASE_WINDOW, BUCKET, OPTIONS, REPORTING, UPLOADS, Room


class Reported:
    """A server with known data, and one method for each fault."""

    def __init__(self, adyton, folder, engine):
        self.disk = faults.Disk(folder / "disk")
        work = folder / "work"
        work.mkdir()
        program = Program(adyton, folder / "disk" / "data")
        self.room, self.model = Room(program, work, options=[*OPTIONS, "--engine", engine]), Model()
        self.server, self.client = self.room.server, self.room.client
        self.checks = Checks(self.room, self.model)
        self.server.start()
        self.client.log_in()
        self.room.begin()
        self.memory = Memory(self.server)
        self.memory.start()

    def query(self, sql):
        """Posts an execution; its id, or None where the machine could not take it."""
        answer = self.client.send("POST", f"{REPORTING}/workflowExecutions", {"workflow": {"sqlQuery": sql}, **BASE_WINDOW})
        if answer.status not in (200, 400, 503):
            raise Failed(f"{sql[:60]}: {answer}")
        return answer["workflowExecution"]["workflowExecutionId"] if answer.status == 200 else None

    def end(self, identifier):
        execution = wait_until(lambda: self.checks.ended(identifier), "the execution ends")
        return execution.get("statusReason", execution["status"])

    def works(self):
        """The server is the same one, holds what it may, and knows its data."""
        if not self.server.is_alive:
            raise Failed(f"the server ended with {self.server.process.returncode}")
        for name, limit in [("server", SERVER_BYTES), ("worker", WORKER_BYTES)]:
            if self.memory.peaks[name] > limit:
                raise Failed(f"a {name} held {self.memory.peaks[name] >> 20} MiB")
        self.checks.fresh("base", "base", BASE_WINDOW, lambda found: self.model.check({"kind": "base"}, found))

    def unclosed_quote(self):
        """Some KB of gzip that are 10 MB of one field."""
        path = self.room.program.data / "buckets" / BUCKET / "quote.csv.gz"
        path.write_bytes(gzip.compress(b'email,product,bought\n"' + b"a\n" * 5_000_000))
        body = {
            "updateStrategy": "ADDITIVE", "compressionFormat": "GZIP", "fileFormat": {"csvDataFormat": {}},
            "dataSource": {"sourceS3Bucket": BUCKET, "sourceFileS3Key": "quote.csv.gz"}}
        identifier = self.client.ask("POST", f"{UPLOADS}/uploads/orders0", body)["uploadId"]

        def ended():
            answer = self.client.ask("GET", f"{UPLOADS}/uploads/orders0/{identifier}").json()
            upload = answer.get("upload", answer)
            return upload if upload["status"] in ("SUCCESS", "FAILED") else None
        if wait_until(ended, "the upload ends")["status"] != "FAILED":
            raise Failed("the file was taken")

    def many_sums(self):
        """500 aggregates in one query, and texts that grow tenfold again and again."""
        sums = ", ".join(f"SUM(clicks) AS c{number}" for number in range(500))
        text = "campaign"
        for _ in range(8):
            text = f"REPLACE({text}, 'a', 'aaaaaaaaaa')"
        for sql in [
            f"SELECT {sums} FROM dsp_clicks", f"SELECT advertiser, SUM(LENGTH({text})) AS n FROM dsp_clicks GROUP BY advertiser",
            "SELECT SUM(LENGTH(" + text.replace("campaign", "CONCAT(user_id_type, 'a')") + ")) AS n FROM dsp_clicks"]:
            if identifier := self.query(sql):
                self.end(identifier)

    def too_many_files(self):
        """Idle connections take the descriptors while work goes on."""
        used = resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE)
        self.server.limit(resource.RLIMIT_NOFILE, 96)
        idle, made = [], []
        try:
            for _ in range(120):
                idle.append(socket.create_connection(("127.0.0.1", self.server.port), timeout=5))
            for _ in range(8):
                answer = self.client.raw("POST", f"{REPORTING}/workflowExecutions", b"{}", self.client.headers())
                if answer.status not in (None, 400, 503):
                    raise Failed(f"with too many files: {answer}")
        except (TimeoutError, OSError):
            pass  # the server takes no more connections
        self.server.limit(resource.RLIMIT_NOFILE, used[0])
        for connection in idle:
            connection.close()
        self.client.log_in()
        made = [self.query("SELECT COUNT(*) AS n FROM dsp_clicks") for _ in range(6)]
        if len(set(made)) != len(made) or None in made:
            raise Failed(f"executions share their ids: {made}")
        if states := [state for state in map(self.end, made) if state != "SUCCEEDED"]:
            raise Failed(f"executions ended with {states}")

    def full_disk(self):
        """For some seconds; what was asked for ends without a restart."""
        made = [self.query(f"SELECT COUNT(*) AS n{number} FROM dsp_clicks") for number in range(4)]
        self.disk.fill(150_000)
        made += [self.query(f"SELECT COUNT(*) AS n{number} FROM dsp_clicks") for number in range(4, 10)]
        time.sleep(3)  # how long the disk is full
        self.disk.free()
        states = [self.end(identifier) for identifier in made if identifier]
        if set(states) - {"SUCCEEDED"}:
            raise Failed(f"executions ended with {states}")

    def close(self):
        if self.server.is_alive:
            self.server.kill()
        self.disk.close()


def main():
    parser = argparse.ArgumentParser(description="Faults that once brought a server down.")
    parser.add_argument("--adyton", required=True, help="the program to test")
    parser.add_argument("--engine", choices=["workers", "in-process"], default="workers")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    faults.mount_alone()
    folder, failed, reported = pathlib.Path(tempfile.mkdtemp(prefix="adyton-reported-")), 0, None
    try:
        reported = Reported(arguments.adyton, folder, arguments.engine)
        for fault in [reported.unclosed_quote, reported.many_sums, reported.too_many_files, reported.full_disk]:
            start = time.monotonic()
            try:
                fault()
                reported.works()
                outcome = "held"
            except Failed as error:
                failed = 1
                outcome = f"FAILED: {error}"
            print(f"reported: {fault.__name__.replace('_', ' ')}: {outcome}, {time.monotonic() - start:.0f} s", flush=True)
            if not reported.server.is_alive:
                break
    finally:
        if reported:
            reported.close()
        shutil.rmtree(folder, ignore_errors=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
