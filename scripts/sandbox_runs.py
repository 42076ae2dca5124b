"""Runs queries on a sandbox of its own, with the requests that clients of AMC send."""
import datetime
import json
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

INSTANCE = "amcsandbox"
DAYS = 30
PARAMETER = re.compile(r"CUSTOM_PARAMETER\s*\(\s*'([^']+)'\s*\)", re.IGNORECASE)
LIST = r"(?:ARRAY_CONTAINS|CARDINALITY)\s*\(\s*CUSTOM_PARAMETER\s*\(\s*'{}'"
DATE = re.compile(r"date|_dt\b|day_start|day_end", re.IGNORECASE)
NUMBER = re.compile(r"cap|days|count|number|weight|limit|frequency|window|rate|ecpm|hours", re.IGNORECASE)
SECONDS = 600
TOO_FEW = "minimum number required to create an audience"


def parameters(query):
    """Declarations with values for the custom parameters of a query, by their use and their names."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    for name in dict.fromkeys(PARAMETER.findall(query)):
        if re.search(LIST.format(re.escape(name)), query, re.IGNORECASE):
            kind, value = {"type": "ARRAY", "elementDataType": "STRING"}, []
        elif DATE.search(name):
            kind, value = "DATE", str(today - datetime.timedelta(days=DAYS // 2))
        elif NUMBER.search(name):
            kind, value = "LONG", 5
        else:
            kind, value = "STRING", "synthetic"
        yield {"name": name, "dataType": kind, "columnType": "DIMENSION", "defaultValue": value}


class Sandbox:
    """A server on a sandbox in a temporary folder; it ends with the block that uses it."""

    def __init__(self, adyton, users=4000):
        self.adyton, self.users = adyton, users

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        data = ["--data", self.folder.name]
        self._adyton("sandbox", "make", *data, "--users", str(self.users), "--days", str(DAYS), "--json")
        self.client = json.loads(
            self._adyton("admin", "client", "create", *data, "--name", "queries", "--instance", INSTANCE, "--json")
        )
        self.log = open(pathlib.Path(self.folder.name) / "log", "wb")
        self.server = subprocess.Popen(
            [self.adyton, "serve", *data, "--port", "0", "--no-rate-limits", "--minimum-audience-size", "1"]
            + ["--compared-executions", "0", "--max-overlapping-executions", "100000"],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        self.url = re.search(r"http://[^\s/]+", self.server.stdout.readline()).group()
        fields = {
            "grant_type": "refresh_token", "refresh_token": self.client["refreshToken"],
            "client_id": self.client["clientId"], "client_secret": self.client["clientSecret"],
        }
        form = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(f"{self.url}/auth/o2/token", data=form) as answer:
            self.token = json.load(answer)["access_token"]
        self.account = self._send("GET", "/amc/accounts", headers=False)["amcAccounts"][0]
        self.advertiser = self._advertiser()
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.log.close()
        self.folder.cleanup()

    def _adyton(self, *arguments):
        return subprocess.run([self.adyton, *arguments], check=True, capture_output=True, text=True).stdout

    def _advertiser(self):
        found = self._send("GET", f"/amc/instances/{INSTANCE}/advertisers")["advertisers"]
        return next(str(one.get("advertiserId") or one.get("id")) for one in found if "DSP" in str(one))

    def _send(self, method, path, body=None, headers=True):
        all_headers = {
            "Authorization": f"Bearer {self.token}", "Amazon-Advertising-API-ClientId": self.client["clientId"],
            "Content-Type": "application/json", "Accept": "*/*",
        }
        if headers:
            all_headers |= {
                "Amazon-Advertising-API-AdvertiserId": self.account["accountId"],
                "Amazon-Advertising-API-MarketplaceId": self.account["marketplaceId"],
                "Amazon-Advertising-API-EntityId": self.account["accountId"],
                "Amazon-Marketing-Cloud-Audience-InstanceId": INSTANCE,
            }
        request = urllib.request.Request(
            self.url + path, method=method, headers=all_headers, data=json.dumps(body).encode() if body else None
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return {"refused": error.read().decode()[:500]}

    def start(self, query, is_audience, without_controls=False):
        """Starts a query; returns the path that says how it goes, or the refusal."""
        end = datetime.datetime.now(datetime.timezone.utc).date()
        window = {
            "timeWindowStart": f"{end - datetime.timedelta(days=DAYS)}T00:00:00Z", "timeWindowEnd": f"{end}T00:00:00Z",
        }
        declared = list(parameters(query))
        if is_audience:
            body = window | {"audienceName": "Published", "advertiserId": self.advertiser, "query": query}
            if declared:
                body["inputParameters"] = declared
            answer = self._send("POST", "/amc/audiences/query", body)
            path = f"/amc/audiences/query/{answer.get('audienceExecutionId')}"
        else:
            workflow = {"sqlQuery": query} | ({"inputParameters": declared} if declared else {})
            body = window | {"workflow": workflow, "timeWindowType": "EXPLICIT", "requireSyntheticData": True}
            if without_controls:
                body["disableAggregationControls"] = True
            answer = self._send("POST", f"/amc/reporting/{INSTANCE}/workflowExecutions", body)
            path = f"/amc/reporting/{INSTANCE}/workflowExecutions/{answer.get('workflowExecutionId')}"
        return path, answer.get("refused")

    def outcome(self, path):
        """Waits for the end of a query; returns what went wrong, or None."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            answer = self._send("GET", path)
            status = answer.get("status")
            if status == "SUCCEEDED":
                return None
            if status in ("FAILED", "REJECTED", "CANCELLED", None):
                reason = str(answer.get("statusReason") or answer.get("refused") or answer)
                # The query has run; a sandbox need not have anybody whom it finds.
                return None if TOO_FEW in reason else f"{status}: {reason}"
            time.sleep(0.2)
        return f"no end after {SECONDS} s"


def faults(adyton, queries):
    """Runs queries (name: text, whether it is for an audience, whether without controls); returns what went wrong."""
    found = {}
    with Sandbox(adyton) as sandbox:
        started = {}
        for name, (query, is_audience, without_controls) in queries.items():
            path, refusal = sandbox.start(query, is_audience, without_controls)
            if refusal:
                found[name] = f"refused: {refusal}"
            else:
                started[name] = path
        for name, path in started.items():
            fault = sandbox.outcome(path)
            if fault:
                found[name] = fault
    return found
