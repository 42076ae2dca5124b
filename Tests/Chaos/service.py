"""An S3 service for a run (the one of the Swift tests), and a proxy before it that refuses, delays or breaks."""

import http.client
import http.server
import json
import random
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request


class Proxy(http.server.ThreadingHTTPServer):
    """Passes requests on to the service, and disturbs some of them for a while."""

    daemon_threads = True

    def __init__(self, endpoint):
        self.target = urllib.parse.urlsplit(endpoint).netloc
        super().__init__(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"
        self.calm()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def calm(self):
        self.mode, self.share, self.generator = "", 0, random.Random(0)

    def disturb(self, mode, share, seed):
        self.mode, self.share, self.generator = mode, share, random.Random(seed)

    def fault(self):
        """What is to happen to a request; nothing most of the time."""
        return self.mode if self.generator.random() < self.share else ""

    def handle_error(self, request, client_address):
        pass  # connections break on purpose here


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    REFUSAL = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"

    def log_message(self, *_):
        pass

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.fault()
        if fault == "refuse":
            return self.answer(503, {"Content-Type": "application/xml"}, self.REFUSAL)
        # Before the service has heard of it, or after it has done it.
        if fault == "break" and len(body) % 2 == 0:
            return self.break_off()
        if fault == "slow":
            time.sleep(0.7)  # the service takes its time
        connection = http.client.HTTPConnection(self.server.target, timeout=60)
        connection.request(self.command, self.path, body, dict(self.headers))
        response = connection.getresponse()
        content = response.read()
        connection.close()
        if fault == "break":
            return self.break_off(response, content)
        kept = ("transfer-encoding", "connection", "content-length", "date", "server")
        headers = {name: value for name, value in response.getheaders() if name.lower() not in kept}
        length = response.getheader("Content-Length")
        self.answer(response.status, headers, content, length)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = pass_on

    def answer(self, status, headers, content, length=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        is_head = self.command == "HEAD"
        self.send_header("Content-Length", length if is_head and length else str(len(content)))
        self.end_headers()
        if not is_head:
            self.wfile.write(content)

    def break_off(self, response=None, content=b""):
        """Ends the connection, in the middle of the response where there is one."""
        if response is not None:
            self.send_response(response.status)
            self.send_header("Content-Length", str(len(content) + 10))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class Service:
    """The service with a bucket for the objects, and its proxy."""

    def __init__(self, root):
        script = root / "Tests" / "S3TestSupport" / "s3_server.py"
        python = root / ".deps" / "s3-server" / "bin" / "python"
        self.process = subprocess.Popen(
            [str(python), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, start_new_session=True)
        self.endpoint = json.loads(self.process.stdout.readline())["endpoint"]
        self.proxy = Proxy(self.endpoint)
        self.call("create_bucket", bucket="chaos-objects")
        self.another_place = "s3://chaos-objects/restored"

    @property
    def environment(self):
        return {
            "ADYTON_STORAGE": "s3://chaos-objects/live", "ADYTON_S3_ENDPOINT": self.proxy.endpoint, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "chaos", "AWS_SECRET_ACCESS_KEY": "chaos", "ADYTON_DELIVERY_ACCOUNT": "123456789012"}

    def call(self, name, **values):
        self.process.stdin.write(json.dumps({"call": name, "with": values}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{name}: {answer}")
        return answer

    def prepare(self, bucket):
        """A bucket of a customer that lets the server read files and deliver results."""
        self.call("create_bucket", bucket=bucket)
        actions = [
            "s3:GetObject", "s3:ListBucket", "s3:GetObjectTagging", "s3:GetBucketTagging", "s3:PutObject",
            "s3:PutObjectAcl", "s3:GetBucketPolicy"]
        policy = {"Version": "2012-10-17", "Statement": [{
            "Sid": "Chaos", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": actions, "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}]}
        self.call("set_policy", bucket=bucket, policy=json.dumps(policy))

    def put(self, bucket, key, text):
        request = urllib.request.Request(f"{self.endpoint}/{bucket}/{key}", text.encode(), {"Content-Type": "text/csv"}, method="PUT")
        urllib.request.urlopen(request).close()

    def close(self):
        self.proxy.shutdown()
        self.process.stdin.close()
        self.process.wait()
