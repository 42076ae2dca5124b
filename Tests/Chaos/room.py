"""A clean room with data that the driver knows: an instance, a client, people, a table that never changes."""

import datetime
import hashlib
import pathlib

from adyton import Client, Server
from model import BASE_WINDOW_DAYS, PEOPLE

INSTANCE = "chaos"
REPORTING = f"/amc/reporting/{INSTANCE}"
UPLOADS = f"/amc/advertiserData/{INSTANCE}"
BUCKET = "chaos-customers"
START = datetime.datetime(2025, 7, 1, tzinfo=datetime.timezone.utc)
BASE_DAYS = 20
WINDOW = {"timeWindowType": "EXPLICIT", "timeWindowStart": "2025-06-01T00:00:00", "timeWindowEnd": "2025-06-30T00:00:00"}
BASE_WINDOW = {
    "timeWindowType": "EXPLICIT", "timeWindowStart": f"{START:%Y-%m-%d}T00:00:00",
    "timeWindowEnd": f"{START + datetime.timedelta(days=BASE_WINDOW_DAYS):%Y-%m-%d}T00:00:00"}
LOADED_QUERY = "SELECT tracked_item AS marker, COUNT(*) AS n, COUNT(DISTINCT user_id) AS u FROM conversions GROUP BY tracked_item"
BASE_QUERY = "SELECT COUNT(*) AS n, COUNT(DISTINCT user_id) AS u FROM dsp_clicks"
AUDIENCE_QUERY = "SELECT user_id FROM dsp_clicks_for_audiences"
# Each has a workflow of its own with the same name.
SCHEDULES = ["nightly", "again"]
OPTIONS = [
    "--no-rate-limits", "--minimum-audience-size", "10", "--memory-mib", "256", "--drain-seconds", "60",
    "--max-overlapping-executions", "1000000000"]
CLOCK = ["--clock-start", f"{START + datetime.timedelta(days=10):%Y-%m-%dT%H:%M:%SZ}"]


def uploaded_query(epoch):
    return f"SELECT product AS marker, COUNT(*) AS n, COUNT(DISTINCT user_id) AS u FROM orders{epoch} GROUP BY product"


def email(person):
    return hashlib.sha256(f"person{person}@example.com".encode()).hexdigest()


def signal_file(path, marker):
    """A file for the table of loads: one row for each person."""
    lines = [f"user{person},adUserId,2025-06-03 10:00:00,order,{marker}" for person in range(PEOPLE)]
    path.write_text("user_id,user_id_type,event_dt_utc,event_subtype,tracked_item\n" + "\n".join(lines) + "\n")


def upload_file(marker):
    """A file for the data set: one row for each person."""
    lines = [f"{email(person)},{marker},2025-06-05T10:00:00Z" for person in range(PEOPLE)]
    return "email,product,bought\n" + "\n".join(lines) + "\n"


def data_set(epoch):
    return {"dataSetId": f"orders{epoch}", "countryCode": "US", "columns": [
        {"name": "email", "dataType": "STRING", "columnType": "DIMENSION", "nullable": True,
         "externalUserIdType": {"hashedPii": "EMAIL"}},
        {"name": "product", "dataType": "STRING", "columnType": "DIMENSION"},
        {"name": "bought", "dataType": "TIMESTAMP", "columnType": "METRIC", "isMainEventTime": True}]}


def schedule(name):
    return {"scheduleId": name, "workflowId": name, "aggregationPeriod": "Daily", "aggregationHourUtc": 3}


def upload(marker):
    return {
        "updateStrategy": "ADDITIVE", "compressionFormat": "NONE", "fileFormat": {"csvDataFormat": {}},
        "dataSource": {"sourceS3Bucket": BUCKET, "sourceFileS3Key": f"{marker}.csv"}}


class Room:
    """The instance, its client and its server. `service` is an S3 service, or None where the data folder is used."""

    def __init__(self, program, work, service=None, options=(*OPTIONS, *CLOCK)):
        self.program, self.work, self.service = program, pathlib.Path(work), service
        self.instance = program.json("admin", "instance", "create", "--id", INSTANCE, "--name", "Chaos")
        self.credentials = program.json("admin", "client", "create", "--name", "chaos", "--instance", INSTANCE)
        program.run("admin", "terms", "accept", "--client", self.credentials["clientId"])
        if service:
            service.prepare(BUCKET)
        program.run("admin", "bucket", "set", "--instance", INSTANCE, "--bucket", BUCKET)
        people = self.work / "people.csv"
        people.write_text("USER_ID,EMAIL\n" + "".join(f"user{n},{email(n)}\n" for n in range(PEOPLE)))
        program.run("identity", "load", "--marketplace", self.instance["marketplace"], str(people))
        base = self.work / "clicks.csv"
        days = [START + datetime.timedelta(days=day) for day in range(BASE_DAYS)]
        base.write_text("user_id,user_id_type,click_dt_utc\n" + "".join(
            f"user{person},adUserId,{day:%Y-%m-%d} 10:00:00\n" for day in days for person in range(PEOPLE)))
        program.run("load", "dsp_clicks", str(base), "--instance", INSTANCE)
        self.server = Server(program, self.work / "server.log", *options)
        self.client = Client(self.server, self.instance, self.credentials)

    def begin(self):
        """What the first server of the room is asked for."""
        self.client.ask("POST", f"{REPORTING}/workflows", {"workflowId": "loads", "sqlQuery": LOADED_QUERY})
        for name in ["base", *SCHEDULES]:
            self.client.ask("POST", f"{REPORTING}/workflows", {"workflowId": name, "sqlQuery": BASE_QUERY})
        self.make_data_set(0)

    def make_data_set(self, epoch):
        self.client.ask("POST", f"{UPLOADS}/dataSets", data_set(epoch))
        self.client.ask(
            "POST", f"{REPORTING}/workflows", {"workflowId": f"uploads{epoch}", "sqlQuery": uploaded_query(epoch)})

    def put(self, marker):
        """Puts the file of an upload into the customer's bucket."""
        text = upload_file(marker)
        if self.service:
            self.service.put(BUCKET, f"{marker}.csv", text)
        else:
            (self.program.data / "buckets" / BUCKET / f"{marker}.csv").write_text(text)

    def now(self):
        """The server's clock, and how many jobs have not ended."""
        answer = self.client.ask("GET", "/adyton/clock").json()
        return datetime.datetime.fromisoformat(answer["now"].replace("Z", "+00:00")), answer["unfinishedJobs"]
