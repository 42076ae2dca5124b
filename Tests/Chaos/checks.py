"""What must be true when the machine is well again: every job has ended, and everything is there once, and right."""

import datetime
import urllib.parse
import urllib.request

from adyton import Failed, wait_until
from model import PEOPLE, rows
from room import BASE_DAYS, BASE_WINDOW, REPORTING, START, UPLOADS, WINDOW, schedule

DAY = datetime.timedelta(days=1)


class Checks:
    """The checks of a room against its model. They run while nothing else does."""

    def __init__(self, room, model):
        self.room, self.model, self.client = room, model, room.client
        self.results = 0  # that were compared

    def settle(self):
        """Waits until every job has ended, and checks everything that is new."""
        wait_until(lambda: self.client.send("GET", "/ready").status == 200, "the server is ready")
        self.client.log_in()
        self.make_schedules()
        wait_until(lambda: self.room.now()[1] == 0, "every job ends")
        self.uploads()
        self.fresh("loads", "loads", WINDOW, self.model.loads.settle)
        self.fresh("uploads", f"uploads{self.model.epoch}", WINDOW, self.whole_uploads)
        self.executions()
        self.audiences()
        self.deletions()
        self.room.program.run("verify")

    def pages(self, path, field):
        """All elements of a list."""
        token = ""
        while True:
            mark = "&" if "?" in path else "?"
            page = self.client.ask("GET", f"{path}{mark}limit=100{token}").json()
            yield from page[field]
            if not page.get("nextToken"):
                return
            token = "&nextToken=" + urllib.parse.quote(page["nextToken"])

    def download(self, identifier):
        answer = self.client.ask("GET", f"{REPORTING}/workflowExecutions/{identifier}/downloadUrls")
        try:
            with urllib.request.urlopen(answer["downloadUrls"][0]) as file:
                text = file.read().decode()
        except OSError as error:
            raise Failed(f"the result of {identifier} can't be downloaded: {error}")
        self.results += 1
        return rows(text)

    def fresh(self, kind, workflow, window, check):
        """A new query, whose result is compared with all that is certain now."""
        body = {"workflowId": workflow, **window}
        made = self.client.ask("POST", f"{REPORTING}/workflowExecutions", body)
        identifier = made["workflowExecution"]["workflowExecutionId"]
        self.model.executions[identifier] = self.model.snapshot(kind)
        execution = wait_until(lambda: self.ended(identifier), f"execution {identifier} ends")
        if execution["status"] != "SUCCEEDED":
            raise Failed(f"a query on a machine that is well: {execution}")
        check(self.download(identifier))

    def ended(self, identifier):
        execution = self.client.ask("GET", f"{REPORTING}/workflowExecutions/{identifier}").json()
        return execution if execution["status"] in ("SUCCEEDED", "FAILED", "CANCELLED", "REJECTED") else None

    def uploads(self):
        """Which uploads the server took, and how they ended."""
        uploads, listed, token = self.model.uploads, {}, {}
        while True:
            body = {"dataSetId": f"orders{self.model.epoch}", "maxResults": 100, **token}
            page = self.client.ask("POST", f"{UPLOADS}/uploads/list", body).json()
            for upload in page["uploads"]:
                marker = upload["dataSource"]["sourceFileS3Key"].removesuffix(".csv")
                if marker in listed:
                    raise Failed(f"the upload {marker} is there twice")
                listed[marker] = upload
            if not page.get("nextToken"):
                break
            token = {"nextToken": page["nextToken"]}
        for marker in uploads.sent - uploads.succeeded - uploads.absent:
            upload = listed.get(marker)
            if upload is None:
                uploads.absent.add(marker)
            elif upload["status"] == "SUCCESS":
                uploads.succeeded.add(marker)
            elif upload["status"] == "FAILED":
                self.failure(f"upload {marker}", upload)
                uploads.absent.add(marker)
            else:
                raise Failed(f"the upload has no job and has not ended: {upload}")
        if lost := uploads.succeeded - set(listed):
            raise Failed(f"uploads are no longer listed: {lost}")

    def whole_uploads(self, found):
        self.model.uploads.check(found, self.model.uploads.succeeded)

    def failure(self, what, record):
        """A job may fail only if its worker was killed twice."""
        if "engine_worker_ended" in str(record) and self.model.killed_workers >= 2:
            self.model.killed_workers -= 2
            return
        raise Failed(f"{what} failed: {record}")

    def executions(self):
        """Every execution has ended, is known, and has the result that it must have."""
        known, windows = self.model.executions, {}
        surplus = len(self.model.unanswered)
        for execution in self.pages(f"{REPORTING}/workflowExecutions?minCreationTime={START:%Y-%m-%dT%H:%M:%SZ}", "executions"):
            identifier, status = execution["workflowExecutionId"], execution["status"]
            if identifier in self.model.deleted:
                raise Failed(f"a deleted execution is listed: {execution}")
            if status not in ("SUCCEEDED", "FAILED"):
                raise Failed(f"the execution has no job and has not ended: {execution}")
            snapshot = known.get(identifier)
            if execution["executionCategory"] == "SCHEDULED":
                key = (execution["workflowId"], execution["timeWindowEnd"])
                if key in windows and windows[key] != identifier:
                    raise Failed(f"a period of a schedule ran twice: {execution}")
                windows[key] = identifier
                snapshot = snapshot or {"kind": "base", "expected": expected(execution)}
            elif identifier not in known:
                surplus -= 1
                snapshot = next(
                    s for s in self.model.unanswered if execution["workflowId"].startswith(s["kind"]))
            if snapshot.get("checked"):
                continue
            known[identifier] = {"checked": True}
            if status == "FAILED":
                self.failure(f"execution {identifier}", execution)
            elif not snapshot["kind"].startswith("uploads") or snapshot["epoch"] == self.model.epoch:
                self.model.check(snapshot, self.download(identifier))
            if execution["executionCategory"] != "SCHEDULED":
                self.model.checked.append(identifier)
        if surplus < 0:
            raise Failed(f"{-surplus} more executions than were asked for")
        self.model.unanswered = []
        for identifier in set(known) - self.model.deleted - self.model.maybe_deleted:
            if not known[identifier].get("checked"):
                raise Failed(f"the execution {identifier} is lost")
        self.periods(windows)

    def make_schedules(self):
        """Schedules whose request had no answer are asked for again."""
        for identifier, made in self.model.schedules.items():
            if made is None:
                self.client.send("POST", f"{REPORTING}/schedules", schedule(identifier))
                self.client.ask("GET", f"{REPORTING}/schedules/{identifier}")
                self.model.schedules[identifier] = self.room.now()[0]

    def periods(self, windows):
        """Each day that has ended since a schedule was made was run once."""
        now = self.room.now()[0]
        for identifier, made in self.model.schedules.items():
            ends = {end for workflow, end in windows if workflow == identifier}
            turn = made.replace(hour=3, minute=0, second=0, microsecond=0)
            turn += DAY if turn <= made else DAY * 0
            while turn <= now:
                if f"{turn:%Y-%m-%dT%H:%M:%SZ}" not in ends:
                    raise Failed(f"{identifier} did not run for the day until {turn}; it ran for {sorted(ends)}")
                turn += DAY

    def audiences(self):
        """Each audience has its members, and its advertiser one audience."""
        listed = {
            audience["audienceExecutionId"]: audience
            for audience in self.pages("/amc/audiences/query", "executionMetadata")}
        unknown = set(listed) - set(self.model.audiences)
        if len(unknown) > self.model.audience_requests:
            raise Failed(f"{len(unknown)} audiences that nobody asked for")
        self.model.audience_requests = 0
        for identifier in set(listed) | set(self.model.audiences):
            audience = listed.get(identifier)
            if audience is None:
                raise Failed(f"the audience {identifier} is lost")
            if self.model.audiences.get(identifier):
                continue
            self.model.audiences[identifier] = True
            if audience["status"] == "FAILED":
                self.failure(f"audience {identifier}", audience)
            elif audience["status"] != "SUCCEEDED" or audience["audienceCount"] != PEOPLE:
                raise Failed(f"the audience is wrong: {audience}")
            else:
                self.advertisers_audience(audience)

    def advertisers_audience(self, audience):
        self.results += 1
        body = {"adType": "DSP", "filters": [{"field": "audienceId", "values": [audience["dspCanonicalId"]]}]}
        advertiser = self.room.instance["displayAdvertiser"]
        found = self.client.ask("POST", f"/audiences/list?advertiserId={advertiser}", body)["audiences"]
        if len(found) != 1:
            raise Failed(f"the advertiser has {len(found)} audiences instead of one: {audience}")

    def deletions(self):
        """What was deleted is gone, and what was not deleted for certain is one or the other."""
        for identifier in self.model.deleted | self.model.maybe_deleted:
            status = self.client.send("GET", f"{REPORTING}/workflowExecutions/{identifier}").status
            if status == 200 and identifier in self.model.deleted:
                raise Failed(f"the execution {identifier} is there again")
            if status not in (200, 404):
                raise Failed(f"the execution {identifier} is neither there nor gone: {status}")
            self.model.executions.pop(identifier, None) if status == 404 else None
        self.model.deleted.clear()
        self.model.maybe_deleted.clear()

    def replace_data_set(self):
        """Deletes the data set with all of its uploads, and goes on with a new one."""
        old = self.model.epoch
        self.client.ask("DELETE", f"{UPLOADS}/dataSets/orders{old}")
        if (status := self.client.send("GET", f"{UPLOADS}/dataSets/orders{old}").status) != 404:
            raise Failed(f"the deleted data set answers {status}")
        self.client.ask("DELETE", f"{REPORTING}/workflows/uploads{old}")
        self.model.epoch += 1
        self.model.uploads = type(self.model.uploads)()
        self.room.make_data_set(self.model.epoch)


def expected(execution):
    """The result of a scheduled query of the unchanging table: its rows are at ten o'clock of each day."""
    start, end = (
        datetime.datetime.fromisoformat(execution[name].replace("Z", "+00:00")) for name in ("timeWindowStart", "timeWindowEnd"))
    ten = [START + DAY * day + datetime.timedelta(hours=10) for day in range(BASE_DAYS)]
    days = sum(start <= moment < end for moment in ten)
    return {"": (PEOPLE * days, PEOPLE)} if days else {}
