"""The mixed load: what clients and the operator do at the same time. Each piece notes in the model what it did."""

import subprocess
import time

import room as rooms
from room import REPORTING, UPLOADS, WINDOW, BASE_WINDOW

# Answers that a machine in trouble may give. Whether such a request counted is not known.
BUSY = (None, 503)


class Work:
    """Work on a room. Every choice comes from the generator that is given, so that a seed repeats it."""

    def __init__(self, room, model, problems):
        self.room, self.model, self.problems = room, model, problems
        self.process = None  # the load or backup that runs now
        self.backups = 0

    def unexpected(self, what, answer):
        self.problems.append(f"{what}: {answer}")

    def measure(self, generator):
        kind = generator.choice(["loads", "loads", "uploads", "base"])
        with self.model.lock:
            workflow = f"uploads{self.model.epoch}" if kind == "uploads" else kind
            snapshot = self.model.snapshot(kind)
        body = {"workflowId": workflow, **(BASE_WINDOW if kind == "base" else WINDOW)}
        answer = self.room.client.send("POST", f"{REPORTING}/workflowExecutions", body)
        with self.model.lock:
            if answer.status == 200:
                self.model.executions[answer["workflowExecution"]["workflowExecutionId"]] = snapshot
            elif answer.status in BUSY:
                self.model.unanswered.append(snapshot)
            else:
                self.unexpected("an execution", answer)

    def audience(self, generator):
        body = {
            "audienceName": self.model.marker("audience"), "query": rooms.AUDIENCE_QUERY, "refreshRateDays": 0,
            "advertiserId": self.room.instance["displayAdvertiser"],
            "timeWindowStart": BASE_WINDOW["timeWindowStart"] + "Z", "timeWindowEnd": BASE_WINDOW["timeWindowEnd"] + "Z"}
        answer = self.room.client.send("POST", "/amc/audiences/query", body)
        with self.model.lock:
            if answer.status == 200:
                self.model.audiences[answer["audienceExecutionId"]] = False
            elif answer.status in BUSY:
                self.model.audience_requests += 1
            else:
                self.unexpected("an audience", answer)

    def upload(self, generator):
        marker = self.model.marker("upload")
        try:
            self.room.put(marker)
        except OSError:
            return  # the customer's disk is as full as the server's
        with self.model.lock:
            self.model.uploads.sent.add(marker)
            epoch = self.model.epoch
        answer = self.room.client.send("POST", f"{UPLOADS}/uploads/orders{epoch}", rooms.upload(marker))
        if answer.status not in (200, *BUSY):
            self.unexpected("an upload", answer)

    def schedule(self, generator):
        with self.model.lock:
            waiting = [name for name in rooms.SCHEDULES if name not in self.model.schedules]
            if not waiting:
                return
            # Whether the request counts or not, it is asked for until the schedule is there.
            self.model.schedules[waiting[0]] = None
        answer = self.room.client.send("POST", f"{REPORTING}/schedules", rooms.schedule(waiting[0]))
        if answer.status not in (200, *BUSY):
            self.unexpected("a schedule", answer)

    def delete(self, generator):
        with self.model.lock:
            if not self.model.checked:
                return
            identifier = self.model.checked.pop(generator.randrange(len(self.model.checked)))
        answer = self.room.client.send("DELETE", f"{REPORTING}/workflowExecutions/{identifier}")
        with self.model.lock:
            if answer.status == 200:
                self.model.deleted.add(identifier)
            elif answer.status in BUSY:
                self.model.maybe_deleted.add(identifier)
            else:
                self.unexpected("a deletion", answer)

    def read(self, generator):
        path = generator.choice([
            f"{REPORTING}/dataSources", f"{REPORTING}/schedules", "/amc/audiences/query", "/amc/instances",
            f"{REPORTING}/workflows", "/ready"])
        answer = self.room.client.send("GET", path)
        if answer.status not in (200, *BUSY):
            self.unexpected(f"GET {path}", answer)

    def load(self, generator, kill_after=None):
        """Runs `adyton load`; kills it after so many seconds, if it still runs then.

        Returns whether it was killed.
        """
        with self.model.lock:
            if not self.model.loads.is_known:
                return False
            marker = self.model.marker("load")
            replaces = len(self.model.loads.states[-1]) >= 12 or generator.random() < 0.1
            self.model.loads.begin(marker, replaces)
        file = self.room.work / "load.csv"
        rooms.signal_file(file, marker)
        status, errors = self.command(
            kill_after, "load", "conversions", str(file), "--instance", rooms.INSTANCE, *(["--replace"] if replaces else []))
        # A load that was refused is documented to leave nothing; of one that was killed nobody knows.
        with self.model.lock:
            self.model.loads.end({0: True, 1: False}.get(status))
        if status not in (0, 1, -9):
            self.unexpected("a load", f"{status} {errors}")
        return status == -9

    def backup(self, generator, kill_after=None):
        status, errors = self.command(kill_after, "backup", str(self.room.work / "backups"), "--keep", "3")
        self.backups += status == 0
        if status not in (0, 1, -9):
            self.unexpected("a backup", f"{status} {errors}")
        return status == -9

    def command(self, kill_after, *arguments):
        process = self.room.program.start(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if kill_after is not None:
            time.sleep(kill_after)  # the point at which it is killed
            process.kill()
        errors = process.communicate()[1].decode()
        return process.returncode, errors.strip()

    def choose(self, generator):
        """A piece of work, with a generator of its own."""
        kinds = {self.measure: 6, self.upload: 3, self.audience: 1, self.read: 2, self.schedule: 0.5, self.delete: 3}
        piece = generator.choices(list(kinds), kinds.values())[0]
        return piece, generator.getrandbits(64)
