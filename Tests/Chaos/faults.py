"""What happens to the server of a room: kills, full and faulty disks, too many files, steps of the clock, a faulty S3."""

import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

from adyton import Failed

HERE = pathlib.Path(__file__).resolve().parent
# Below this the next settled state must be reached before executions expire (a day), and results with them.
CLOCK_STEP_HOURS = 20


def moment(generator, longest=1.5):
    """A short time, most often a very short one: jobs are short, too."""
    return longest * generator.random() ** 3


class Faults:
    """The faults of a room's machine. `counts` says how many there were of each kind."""

    def __init__(self, room, model, work, disk):
        self.room, self.model, self.work, self.disk = room, model, work, disk
        self.server = room.server
        self.switch = room.work / "switch"
        self.switch.write_bytes(b"\0")
        self.environment = self.faulty_disk()
        self.counts = {}
        kinds = {
            self.kill_server: 5, self.kill_worker: 4, self.kill_load: 3, self.kill_backup: 2, self.stop_server: 0.5,
            self.disk_full: 1, self.disk_errors: 1, self.too_many_files: 1, self.clock_step: 0.7}
        if room.service:
            kinds |= {self.service_refuses: 1.5, self.service_slow: 1, self.service_breaks: 1.5}
            kinds |= {self.disk_full: 0.5, self.disk_errors: 0.5}
        self.kinds = kinds

    @property
    def kills(self):
        return sum(count for name, count in self.counts.items() if name.startswith("kill"))

    def choose(self, generator):
        return generator.choices(list(self.kinds), self.kinds.values())[0]

    def count(self, name):
        self.counts[name] = self.counts.get(name, 0) + 1

    def start(self):
        self.server.start(self.environment)
        self.room.client.log_in()

    def faulty_disk(self):
        """The environment in which the server's disk can fail."""
        library = self.room.work / "faults.so"
        subprocess.run(
            ["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(HERE / "fault_library.c"), "-ldl"], check=True)
        return {
            "LD_PRELOAD": str(library), "CHAOS_SWITCH": str(self.switch), "CHAOS_FOLDER": str(self.room.program.data)}

    def kill_server(self, generator):
        """Sometimes while it starts again, too."""
        self.server.kill()
        self.count("kill server")
        while generator.random() < 0.2:
            timer = threading.Timer(moment(generator, 1), self.kill_starting)
            timer.start()
            try:
                self.start()
            except Failed:
                if self.server.process.returncode != -signal.SIGKILL:
                    raise
                self.server.process.stdout.close()
                self.count("kill server that starts")
            timer.cancel()
            timer.join()
            if self.server.is_alive:
                return
        self.start()

    def kill_starting(self):
        process = self.server.process
        if process is not None and process.poll() is None:
            process.kill()

    def kill_worker(self, generator):
        """Any worker, busy or warm; the busy ones are the younger half."""
        workers = sorted(self.server.workers())
        if workers:
            with self.model.lock:
                self.model.killed_workers += 1
            try:
                os.kill(generator.choice(workers), generator.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGABRT]))
                self.count("kill worker")
            except ProcessLookupError:
                pass  # it has just ended by itself

    def kill_load(self, generator):
        if self.work.load(generator, kill_after=moment(generator, 0.5)):
            self.count("kill load")

    def kill_backup(self, generator):
        if self.work.backup(generator, kill_after=moment(generator, 0.5)):
            self.count("kill backup")

    def stop_server(self, generator):
        self.server.stop()
        self.count("stop server")
        self.start()

    def disk_full(self, generator):
        self.disk.fill(generator.randrange(0, 300_000))
        time.sleep(0.2 + moment(generator))  # how long the disk is full
        self.disk.free()
        self.count("disk full")

    def disk_errors(self, generator):
        """One of some calls fails, or each."""
        self.set_switch(generator.choice([1, 2, 5, 20]))
        time.sleep(0.2 + moment(generator))  # how long the disk fails
        self.set_switch(0)
        self.count("disk errors (EIO)")

    def set_switch(self, value):
        """In place: a file that is cut while it is mapped ends those who read it."""
        with open(self.switch, "r+b") as file:
            file.write(bytes([value]))

    def too_many_files(self, generator):
        used = len(os.listdir(f"/proc/{self.server.process.pid}/fd"))
        self.server.limit(resource.RLIMIT_NOFILE, used + generator.randrange(0, 12))
        time.sleep(0.2 + moment(generator))  # how long there are no more files
        self.server.limit(resource.RLIMIT_NOFILE, None)
        self.count("too many files (EMFILE)")

    def clock_step(self, generator):
        answer = self.room.client.send(
            "POST", "/adyton/clock", {"advanceSeconds": generator.randrange(1, CLOCK_STEP_HOURS * 3600)})
        if answer.status not in (200, 503):
            raise Failed(f"the clock: {answer}")
        self.count("clock step")

    def service_refuses(self, generator):
        self.service(generator, "refuse", "S3 503")

    def service_slow(self, generator):
        self.service(generator, "slow", "S3 slow")

    def service_breaks(self, generator):
        self.service(generator, "break", "S3 broken connections")

    def service(self, generator, mode, name):
        self.room.service.proxy.disturb(mode, generator.choice([0.3, 0.7, 1]), generator.getrandbits(32))
        time.sleep(0.2 + moment(generator, 3))  # how long the service is disturbed
        self.room.service.proxy.calm()
        self.count(name)


def mount_alone():
    """Starts this program again where its mounts are its own, and end with it."""
    if "CHAOS_ALONE" in os.environ or not shutil.which("unshare"):
        return
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]
    if subprocess.run([*alone, "true"], capture_output=True).returncode == 0:
        os.environ["CHAOS_ALONE"] = "1"
        os.execvp(alone[0], [*alone, sys.executable, *sys.argv])


class Disk:
    """A small disk of its own where this process may mount one, so that it can be full; the folder itself otherwise."""

    MEBIBYTES = 256

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.MEBIBYTES}m,mode=0700", "chaos", str(folder)], capture_output=True)
        self.is_mounted = mounted.returncode == 0
        self.ballast = self.folder / "ballast"

    def fill(self, left):
        """Leaves so many bytes free."""
        if not self.is_mounted:
            raise Failed("no disk of its own could be mounted: run as root, or where user namespaces are allowed")
        for _ in range(20):
            free = shutil.disk_usage(self.folder).free - left
            if free <= 0:
                return
            try:
                with open(self.ballast, "ab") as file:
                    os.posix_fallocate(file.fileno(), file.tell(), free)
            except OSError:
                continue  # somebody else took some of it meanwhile
            return

    def free(self):
        self.ballast.unlink(missing_ok=True)

    def close(self):
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False)
