"""What the data must look like: kept by the driver, which knows each file that it wrote, and nothing of the server's code."""

import csv
import io
import threading

from adyton import Failed

# Enough people for every threshold of disclosure, so that each row of a result is shown and known. Sizes of audiences are
# rounded down to hundreds: one person less would show.
PEOPLE = 200


def counted(markers):
    """The rows of a result that counts the rows and people of each marker."""
    return {marker: (PEOPLE, PEOPLE) for marker in markers}


def rows(text):
    """A result as the driver counts it: for each marker the rows and the people."""
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        marker = row.get("marker", "")
        if marker in found:
            raise Failed(f"the result has {marker} twice: {text}")
        found[marker] = (int(row["n"]), int(row["u"]))
    return found


class Loads:
    """The signals of one table as a sequence of states, each made by one load. A load is seen as a whole or not at all."""

    def __init__(self):
        self.states = [frozenset()]
        self.certain = 0  # the state that the table has at least reached
        self.maybe = None  # the state of a load of which nobody knows whether it counted

    @property
    def is_known(self):
        return self.maybe is None

    def begin(self, marker, replaces):
        """Returns the number of the state that a load would make."""
        before = frozenset() if replaces else self.states[-1]
        self.states.append(before | {marker})
        self.maybe = len(self.states) - 1
        return self.maybe

    def end(self, counted):
        """The load has counted, or has not; None says that nobody knows."""
        if counted is None:
            return
        if counted:
            self.certain = self.maybe
        else:
            self.states.pop()
        self.maybe = None

    def settle(self, found):
        """The result of a query that began after the last load: it is the last state, or the one before."""
        allowed = [counted(self.states[-1])] if self.is_known else [counted(state) for state in self.states[-2:]]
        if found not in allowed:
            raise Failed(f"the table has {found}; it may have {allowed}")
        if not self.is_known:
            self.end(found == allowed[-1])

    def check(self, found, first):
        """The result of a query that began when the table had reached the state `first`."""
        if found not in [counted(state) for state in self.states[first:]]:
            raise Failed(f"a query saw {found}; there were {[sorted(state) for state in self.states[first:]]}")


class Uploads:
    """The uploads of one data set. Each is there as a whole or not at all, in any order."""

    def __init__(self):
        self.sent = set()  # whose request was sent
        self.succeeded = set()  # of which the server said so
        self.absent = set()  # which failed, or which the server never took

    def check(self, found, required):
        """The result of a query that began when the uploads `required` had succeeded."""
        whole = counted(found)
        if found != whole:
            raise Failed(f"an upload is there in part, or more than once: {found}")
        if missing := required - set(found):
            raise Failed(f"uploads are lost: {missing}")
        if surplus := set(found) - self.sent:
            raise Failed(f"uploads are there that nobody sent: {surplus}")
        if surplus := set(found) & self.absent:
            raise Failed(f"uploads are there that did not succeed: {surplus}")


class Model:
    """All that the driver did. Threads share it under its lock."""

    def __init__(self):
        self.lock = threading.RLock()
        self.loads = Loads()
        self.uploads = Uploads()
        self.epoch = 0  # of the data set: it is deleted and made again under another name
        self.executions = {}  # id: what has to be known to check its result
        self.unanswered = []  # what would have to be known of executions whose request had no answer
        self.audiences = {}
        self.audience_requests = 0  # audiences whose request had no answer
        self.checked = []  # executions that were checked and may be deleted
        self.deleted = set()
        self.maybe_deleted = set()
        self.schedules = {}  # id: when it was made, by the server's clock
        self.killed_workers = 0  # two of them end a job
        self.next_marker = 0

    def marker(self, kind):
        with self.lock:
            self.next_marker += 1
            return f"{kind}{self.next_marker}"

    def snapshot(self, kind):
        """What a query that begins now may see."""
        with self.lock:
            if kind == "loads":
                return {"kind": kind, "first": self.loads.certain}
            if kind == "uploads":
                return {"kind": kind, "required": set(self.uploads.succeeded), "epoch": self.epoch}
            return {"kind": kind}

    def check(self, snapshot, found):
        """A result against what its query may have seen."""
        kind = snapshot["kind"]
        if kind == "loads":
            self.loads.check(found, snapshot["first"])
        elif kind == "uploads":
            if snapshot["epoch"] == self.epoch:
                self.uploads.check(found, snapshot["required"])
        elif found != snapshot.get("expected", {"": (PEOPLE * BASE_WINDOW_DAYS, PEOPLE)}):
            raise Failed(f"signals that never change have {found}")


# The days of the window in which queries of the unchanging table look.
BASE_WINDOW_DAYS = 5
