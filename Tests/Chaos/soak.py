"""Simulated weeks of many instances on the movable clock: memory, files and the store stay bounded.

    python Tests/Chaos/soak.py --adyton .build/debug/adyton --weeks 8 --instances 50

Each instance has a daily schedule, an audience that is refreshed, uploads that replace each other, and people who ask for
a report and delete it. The first weeks fill what is kept for a time; from the week --warm on, everything may grow by
no more than the results that are kept. Exit code: 0 bounded, 1 not, 130 stopped by Ctrl-C.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

from adyton import ROOT, Client, Failed, Program, Server, held_bytes, wait_until
from room import BASE_QUERY, CLOCK, OPTIONS, AUDIENCE_QUERY, data_set, email, upload, upload_file

MEBIBYTE = 1 << 20
DAY_SECONDS = 86_400
# What one instance may add in a week when nothing is deleted: seven results with their records, and no more.
FILES_PER_INSTANCE_WEEK = 60
STORE_BYTES_PER_INSTANCE_WEEK = 128 * 1024
# The log before the store (WAL) comes and goes.
STORE_SLACK_BYTES = 8 * MEBIBYTE
# Beside these, the server's own memory, descriptors and passing files may not grow with time at all.
SERVER_GROWTH_BYTES = 48 * MEBIBYTE
DESCRIPTOR_GROWTH = 24
PASSING_FILES = 8


class Soak:
    """A server with many instances, each with a client of its own."""

    def __init__(self, adyton, folder, instances, generator):
        self.generator, self.data = generator, folder / "data"
        self.program = Program(adyton, self.data)
        self.server = Server(self.program, folder / "server.log", *OPTIONS, *CLOCK)
        signals = folder / "clicks.csv"
        signals.write_text("user_id,user_id_type,click_dt_utc\n" + "".join(
            f"user{person},adUserId,2025-07-{day:02d} 10:00:00\n" for day in range(9, 12) for person in range(200)))
        people = folder / "people.csv"
        people.write_text("USER_ID,EMAIL\n" + "".join(f"user{n},{email(n)}\n" for n in range(200)))
        made = []
        for number in range(instances):
            name = f"soak{number}"
            instance = self.program.json("admin", "instance", "create", "--id", name, "--name", name)
            credentials = self.program.json("admin", "client", "create", "--name", name, "--instance", name)
            self.program.run("admin", "terms", "accept", "--client", credentials["clientId"])
            self.program.run("admin", "bucket", "set", "--instance", name, "--bucket", f"bucket-{name}")
            self.program.run("load", "dsp_clicks", str(signals), "--instance", name)
            made.append((instance, credentials))
        self.program.run("identity", "load", "--marketplace", made[0][0]["marketplace"], str(people))
        self.clients = [Client(self.server, *one) for one in made]

    def begin(self):
        self.server.start()
        for client in self.clients:
            client.log_in()
            name = client.instance["instance"]
            reporting = f"/amc/reporting/{name}"
            client.ask("POST", f"{reporting}/workflows", {"workflowId": "clicks", "sqlQuery": BASE_QUERY})
            client.ask("POST", f"{reporting}/schedules", {
                "scheduleId": "daily", "workflowId": "clicks", "aggregationPeriod": "Daily",
                "aggregationHourUtc": self.generator.randrange(24)})
            client.ask("POST", f"/amc/advertiserData/{name}/dataSets", data_set(0))
            client.ask("POST", "/amc/audiences/query", {
                "audienceName": "soak", "advertiserId": client.instance["displayAdvertiser"], "query": AUDIENCE_QUERY,
                "timeWindowStart": "2025-07-09T00:00:00Z", "timeWindowEnd": "2025-07-12T00:00:00Z", "refreshRateDays": 7})
        self.wait()

    def wait(self):
        """Until every job has ended."""
        client = self.clients[0]
        client.log_in()
        wait_until(lambda: client.ask("GET", "/adyton/clock")["unfinishedJobs"] == 0, "every job ends", 3600)

    def day(self):
        """Each instance works a little, and a day goes by."""
        for client in self.clients:
            name = client.instance["instance"]
            reporting = f"/amc/reporting/{name}/workflowExecutions"
            if self.generator.random() < 0.2:
                made = client.ask("POST", reporting, {"workflowId": "clicks", "timeWindowType": "MOST_RECENT_WEEK"})
                identifier = made["workflowExecution"]["workflowExecutionId"]
                wait_until(
                    lambda: client.ask("GET", f"{reporting}/{identifier}")["status"] == "SUCCEEDED", "a report is made")
                client.ask("DELETE", f"{reporting}/{identifier}")
            if self.generator.random() < 0.1:
                (self.data / "buckets" / f"bucket-{name}" / "orders.csv").write_text(upload_file("orders"))
                body = {**upload("orders"), "updateStrategy": "FULL_REPLACE"}
                body["dataSource"]["sourceS3Bucket"] = f"bucket-{name}"
                client.ask("POST", f"/amc/advertiserData/{name}/uploads/orders0", body)
        self.clients[0].log_in()
        self.clients[0].ask("POST", "/adyton/clock", {"advanceSeconds": DAY_SECONDS})
        self.wait()

    def figures(self):
        """What the server holds, after a week."""
        objects = count(self.data / "objects")
        process = self.server.process.pid
        store = sum((self.data / f"metadata.sqlite{end}").stat().st_size for end in ("", "-wal"))
        return {
            "server bytes": held_bytes(process),
            "worker bytes": max([held_bytes(worker) for worker in self.server.workers()], default=0),
            "workers": len(self.server.workers()), "descriptors": len(os.listdir(f"/proc/{process}/fd")),
            "objects": objects, "passing files": count(self.data / "spill") + staged(self.data), "store bytes": store}


def count(folder):
    return sum(len(files) for _, _, files in os.walk(folder))


def staged(data):
    """Files outside of the objects, the store and the buckets of customers."""
    known = {"objects", "buckets", "spill"}
    return sum(count(entry) for entry in data.iterdir() if entry.is_dir() and entry.name not in known)


def check(weeks, warm, instances):
    """From the week `warm` on, growth is bounded."""
    first, last = weeks[warm - 1], weeks[-1]
    elapsed = len(weeks) - warm
    bounds = {
        "server bytes": first["server bytes"] + SERVER_GROWTH_BYTES,
        "workers": first["workers"] + 4, "descriptors": first["descriptors"] + DESCRIPTOR_GROWTH,
        "objects": first["objects"] + FILES_PER_INSTANCE_WEEK * instances * elapsed,
        "passing files": PASSING_FILES,
        "store bytes": first["store bytes"] + STORE_SLACK_BYTES + STORE_BYTES_PER_INSTANCE_WEEK * instances * elapsed}
    for name, bound in bounds.items():
        if last[name] > bound:
            raise Failed(f"{name}: {last[name]} after {len(weeks)} weeks, more than {bound}; {first[name]} after {warm}")


def main():
    parser = argparse.ArgumentParser(description="Simulated weeks of many instances, on the movable clock.")
    parser.add_argument("--adyton", required=True, help="the program to test")
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--instances", type=int, default=50)
    parser.add_argument("--days", type=int, default=7, help="days of a week; fewer make a short form")
    parser.add_argument("--warm", type=int, default=2, help="the week from which growth is bounded")
    parser.add_argument("--seed", type=int, help="what the instances do, to repeat it; random if not given")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    seed = random.SystemRandom().getrandbits(32) if arguments.seed is None else arguments.seed
    print(f"soak: seed {seed}, {arguments.weeks} weeks of {arguments.instances} instances", flush=True)
    folder, start, soak = pathlib.Path(tempfile.mkdtemp(prefix="adyton-soak-")), time.monotonic(), None
    try:
        soak = Soak(arguments.adyton, folder, arguments.instances, random.Random(seed))
        soak.begin()
        weeks = []
        for week in range(1, arguments.weeks + 1):
            for day in range(1, arguments.days + 1):
                soak.day()
                if sys.stdout.isatty():
                    print(f"\r\033[Ksoak: week {week}, day {day}, {time.monotonic() - start:.0f} s", end="", flush=True)
            figures = soak.figures()
            if week == 1:
                print("\n  week  " + "  ".join(f"{name:>13}" for name in figures) + "      seconds")
            weeks.append(figures)
            print(f"\r{week:>6}  " + "  ".join(f"{value:>13}" for value in figures.values())
                  + f"  {time.monotonic() - start:>11.0f}", flush=True)
        check(weeks, arguments.warm, arguments.instances)
        soak.server.stop()
        soak.program.run("verify")
        print(f"soak: bounded; {time.monotonic() - start:.0f} s")
        return 0
    except KeyboardInterrupt:
        print("\nsoak: stopped")
        return 130
    except Exception as error:
        kept = ROOT / ".build" / "soak" / str(seed)
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept)
        print(f"\nsoak: FAILED: {type(error).__name__}: {error}\nsoak: repeat with --seed {seed}; data and logs are in {kept}")
        return 1
    finally:
        if soak and soak.server.is_alive:
            soak.server.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
