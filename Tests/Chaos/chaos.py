"""Kills and faults under a mixed load, and checks that nothing is lost, doubled, half visible or wrong.

    python Tests/Chaos/chaos.py --adyton .build/debug/adyton --kills 1000

Rounds of work by several clients at once, each disturbed at a random moment; every few rounds everything must come to its
end and is compared with what the driver did (`model.py`, `checks.py`). The choices come from --seed, so that a run can be
repeated; the moments at which they meet the server's own work differ from run to run. Exit code: 0 everything held,
1 something did not, 130 stopped by Ctrl-C.
"""

import argparse
import concurrent.futures
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

import faults
from adyton import ROOT, Client, Failed, Program, Server
from checks import Checks
from model import Model
from room import CLOCK, OPTIONS, WINDOW, Room
from service import Service
from work import Work

CLIENTS = 4


class Run:
    """One run: a room, the work in it, and what happens to its machine."""

    def __init__(self, adyton, folder, seed, on_service):
        self.seed, self.folder = seed, folder
        self.disk = faults.Disk(folder / "disk")
        self.service = Service(ROOT) if on_service else None
        environment = self.service.environment if self.service else {}
        program = Program(adyton, folder / "disk" / "data", environment)
        work = folder / "work"
        work.mkdir()
        self.problems = []
        self.room, self.model = Room(program, work, self.service), Model()
        self.work = Work(self.room, self.model, self.problems)
        self.faults = faults.Faults(self.room, self.model, self.work, self.disk)
        self.checks = Checks(self.room, self.model)
        self.pieces, self.round = 0, 0

    def run(self, kills, report):
        self.faults.start()
        self.room.begin()
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            since_check = 0
            while self.faults.kills < kills:
                self.round += 1
                generator = random.Random(f"{self.seed}/{self.round}")
                fault = self.faults.choose(generator)
                self.disturbed(pool, generator, fault)
                since_check += 1
                if since_check >= 4 or generator.random() < 0.3 or fault == self.faults.clock_step:
                    since_check = 0
                    self.settle(generator)
                report(self)
        self.settle(random.Random(f"{self.seed}/end"))
        self.restore()
        self.faults.server.stop()

    def disturbed(self, pool, generator, fault):
        """One round: some pieces of work at once, and a fault while they run."""
        chosen = [self.work.choose(generator) for _ in range(generator.randrange(3, 9))]
        running = [pool.submit(piece, random.Random(seed)) for piece, seed in chosen]
        if generator.random() < 0.3 and fault not in (self.faults.kill_load, self.faults.kill_backup):
            running.append(pool.submit(self.work.load, random.Random(generator.getrandbits(64))))
        if generator.random() < 0.1 and fault != self.faults.kill_backup:
            running.append(pool.submit(self.work.backup, random.Random(generator.getrandbits(64))))
        time.sleep(faults.moment(generator))  # the moment at which the fault comes
        fault(generator)
        for piece in running:
            piece.result()
        self.pieces += len(running)
        if not self.faults.server.is_alive:
            raise Failed(f"the server ended by itself: {self.faults.server.process.returncode}")

    def settle(self, generator):
        if self.problems:
            raise Failed("unexpected answers: " + "; ".join(self.problems[:5]))
        self.checks.settle()
        if len(self.model.uploads.succeeded) > 12:
            self.checks.replace_data_set()

    def restore(self):
        """The last backup is whole, and a server on it knows what there was."""
        self.work.backup(random.Random(0))
        backups = str(self.room.work / "backups")
        program = Program(self.room.program.path, self.folder / "restored", self.room.program.environment)
        if self.service:
            program.environment = {**program.environment, "ADYTON_STORAGE": self.service.another_place}
        program.run("restore", backups)
        program.run("verify", "--backup", backups)
        server = Server(program, self.room.work / "restored.log", *OPTIONS, *CLOCK)
        server.start()
        client = Client(server, self.room.instance, self.room.credentials)
        client.log_in()
        live, self.checks.client = self.checks.client, client
        self.checks.fresh("loads", "loads", WINDOW, self.model.loads.settle)
        self.checks.fresh("uploads", f"uploads{self.model.epoch}", WINDOW, self.checks.whole_uploads)
        self.checks.client = live
        server.stop()

    def close(self):
        if self.faults.server.is_alive:
            self.faults.server.kill()
        if self.service:
            self.service.close()
        self.disk.close()


def report(run, start, kills):
    counts = ", ".join(f"{name} {count}" for name, count in sorted(run.faults.counts.items()))
    line = (
        f"chaos: round {run.round}, {run.faults.kills}/{kills} kills, {run.pieces} pieces of work, "
        f"{run.checks.results} results compared, {time.monotonic() - start:.0f} s: {counts}")
    if sys.stdout.isatty():
        print(f"\r\033[K{line[:160]}", end="", flush=True)
    elif run.round % 20 == 0:
        print(line, flush=True)
    return line


def keep(run, folder, seed):
    """Keeps data and logs of a run that failed."""
    kept = ROOT / ".build" / "chaos" / str(seed)
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(folder, kept, ignore_dangling_symlinks=True, ignore=shutil.ignore_patterns("ballast"))
    return kept


def main():
    parser = argparse.ArgumentParser(description="Kills and faults under a mixed load, checked against a model.")
    parser.add_argument("--adyton", required=True, help="the program to test")
    parser.add_argument("--kills", type=int, default=1000, help="SIGKILLs of server, workers, loads and backups")
    parser.add_argument("--seed", type=int, help="the choices of a run, to repeat them; random if not given")
    parser.add_argument("--storage", choices=["folder", "s3"], default="folder", help="where the objects are")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    faults.mount_alone()
    seed = random.SystemRandom().getrandbits(32) if arguments.seed is None else arguments.seed
    print(f"chaos: seed {seed}, {arguments.kills} kills, objects in {arguments.storage}", flush=True)
    start, run, status = time.monotonic(), None, 1
    folder = pathlib.Path(tempfile.mkdtemp(prefix="adyton-chaos-"))
    try:
        run = Run(arguments.adyton, folder, seed, arguments.storage == "s3")
        run.run(arguments.kills, lambda run: report(run, start, arguments.kills))
        print("\n" + report(run, start, arguments.kills).replace("chaos:", "chaos: held:"), flush=True)
        status = 0
    except KeyboardInterrupt:
        print("\nchaos: stopped", flush=True)
        status = 130
    except Exception as error:
        where = f"in round {run.round}" if run else "before the first round"
        kept = keep(run, folder, seed)
        print(f"\nchaos: FAILED {where}: {type(error).__name__}: {error}", flush=True)
        print(f"chaos: repeat with --seed {seed} --storage {arguments.storage}; data and logs are in {kept}", flush=True)
    finally:
        if run:
            run.close()
        shutil.rmtree(folder, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
