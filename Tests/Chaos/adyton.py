"""The program under test from outside: its commands, servers that come and go on a data folder, and their requests."""

import ctypes
import http.client
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Only ends what hangs; nothing may depend on how busy the machine is.
SECONDS_UNTIL_HUNG = 600


class Failed(Exception):
    """Something that a check does not allow."""


class Answer:
    """The response to a request; without a status if none came, so that nobody knows whether the request counted."""

    def __init__(self, status=None, body=b"", headers=None):
        self.status, self.body, self.headers = status, body, headers or {}

    def __getitem__(self, name):
        return self.json()[name]

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Program:
    """The commands of the program on one data folder."""

    def __init__(self, path, data, environment=None):
        self.path, self.data = str(pathlib.Path(path).resolve()), pathlib.Path(data)
        self.environment = {**os.environ, **(environment or {})}

    def start(self, *arguments, **options):
        """Starts a command; it ends with this process, however that ends."""
        command = [self.path, *arguments, "--data", str(self.data)]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=end_with_this_process, **{"env": self.environment, **options})

    def run(self, *arguments, expecting=0):
        """Runs a command to its end; returns what it printed."""
        process = self.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, errors = process.communicate(timeout=SECONDS_UNTIL_HUNG)
        if process.returncode != expecting:
            raise Failed(f"adyton {' '.join(arguments)} ended with {process.returncode}: {out}{errors}")
        return out

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json"))


def end_with_this_process():
    """Runs in a new process, before its program: the kernel is to kill it when its parent ends (PR_SET_PDEATHSIG)."""
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Server:
    """A server that comes and goes on a data folder. Its log is kept over all of its lives."""

    def __init__(self, program, log, *options):
        self.program, self.log, self.options = program, pathlib.Path(log), options
        self.process, self.port = None, 0

    def start(self, environment=None):
        """Starts a server; returns when it is ready.

        Raises Failed if it ends before, or was killed meanwhile.
        """
        with open(self.log, "ab") as log:
            self.process = self.program.start(
                "serve", "--port", str(self.port), *self.options, stdout=subprocess.PIPE, stderr=log,
                env={**self.program.environment, **(environment or {})})
        line = self.process.stdout.readline().decode()
        match = re.search(r"http://[0-9.]+:(\d+)", line)
        if not match:
            raise Failed(f"the server ended before it was ready: {self.process.wait()}; its log is {self.log}")
        # Clients keep their URL over restarts.
        self.port = int(match.group(1))

    @property
    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Asks the server to end, and waits; it has to end well."""
        self.process.terminate()
        try:
            status = self.process.wait(timeout=SECONDS_UNTIL_HUNG)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed("the server did not stop after SIGTERM")
        self.process.stdout.close()
        if status != 0:
            raise Failed(f"the server ended with {status}; its log is {self.log}")

    def workers(self):
        """The processes of the server's engine workers."""
        return children(self.process.pid) if self.is_alive else []

    def limit(self, kind, number):
        """Changes a limit of the running server; None takes it away."""
        hard = resource.prlimit(self.process.pid, kind)[1]
        resource.prlimit(self.process.pid, kind, (hard if number is None else number, hard))


class Client:
    """A client of one instance. Threads may share it."""

    def __init__(self, server, instance, credentials, timeout_seconds=SECONDS_UNTIL_HUNG):
        self.server, self.instance, self.credentials = server, instance, credentials
        self.timeout_seconds = timeout_seconds
        self.token = ""
        self.local = threading.local()

    def log_in(self):
        form = {
            "grant_type": "refresh_token", "refresh_token": self.credentials["refreshToken"],
            "client_id": self.credentials["clientId"], "client_secret": self.credentials["clientSecret"]}
        answer = self.raw(
            "POST", "/auth/o2/token", urllib.parse.urlencode(form).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status == 200:
            self.token = answer["access_token"]
        return answer

    def headers(self):
        instance = self.instance
        return {
            "Authorization": f"Bearer {self.token}", "Accept": "application/json", "Content-Type": "application/json",
            "Amazon-Advertising-API-ClientId": self.credentials["clientId"],
            "Amazon-Advertising-API-EntityId": instance["account"],
            "Amazon-Advertising-API-AdvertiserId": instance["account"],
            "Amazon-Advertising-API-MarketplaceId": instance["marketplace"],
            "Amazon-Advertising-API-Scope": instance["profile"],
            "Amazon-Ads-ClientId": self.credentials["clientId"],
            "Amazon-Ads-AccountId": instance["displayAdvertiser"],
            "Amazon-Marketing-Cloud-Audience-InstanceId": instance["instance"]}

    def send(self, method, path, body=None):
        """A request with JSON; signs in again where the token has run out."""
        data = None if body is None else json.dumps(body).encode()
        answer = self.raw(method, path, data, self.headers())
        if answer.status == 401 and self.log_in().status == 200:
            answer = self.raw(method, path, data, self.headers())
        return answer

    def ask(self, method, path, body=None):
        """A request that has to be answered with success."""
        answer = self.send(method, path, body)
        if answer.status not in (200, 204):
            raise Failed(f"{method} {path}: {answer}")
        return answer

    def raw(self, method, path, body=None, headers=None):
        """A request over this thread's connection; an answer without a status if the connection breaks."""
        connection = getattr(self.local, "connection", None)
        if connection is None or connection.port != self.server.port:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=self.timeout_seconds)
            self.local.connection = connection
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.read(), dict(response.getheaders()))
        except (OSError, http.client.HTTPException):
            connection.close()
            return Answer()


def children(parent):
    """The processes that a process started, and that have not ended."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = pathlib.Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[1] == str(parent) and fields[0] not in "ZX":
                found.append(int(entry))
    return found


def held_bytes(process):
    """The memory that a process holds, without what it shares; 0 if it is gone."""
    try:
        pages = pathlib.Path(f"/proc/{process}/statm").read_text().split()
    except OSError:
        return 0
    return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")


def wait_until(condition, what, seconds=SECONDS_UNTIL_HUNG):
    """Asks again and again, until something is there; returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)  # between two questions to another process
    raise Failed(f"{what}: not within {seconds} s")
