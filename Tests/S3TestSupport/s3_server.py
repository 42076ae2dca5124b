"""An S3 service on a free port of this machine, and boto3 beside it as the client that judges.

Speaks JSON lines: the first line out is {"endpoint": URL}; then each line in, {"call": NAME, "with": {...}}, has one line
out, {"texts": {...}}, {"list": [...]} or {"error": CODE}. Ends when its input does, so that it never outlives a test run.
"""

import base64
import json
import logging
import os
import sys
import urllib.error
import urllib.request
from datetime import datetime, timezone
from unittest import mock

# Short pages, so that a few objects make a listing of several.
os.environ["MOTO_S3_DEFAULT_MAX_KEYS"] = "20"

import boto3
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)


class Calls:
    def __init__(self, endpoint):
        self.s3 = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="reader",
            aws_secret_access_key="reader",
            config=Config(s3={"addressing_style": "path"}),
        )

    def create_bucket(self, bucket):
        self.s3.create_bucket(Bucket=bucket)
        return {}

    def put(self, bucket, key, base64_body):
        self.s3.put_object(Bucket=bucket, Key=key, Body=base64.b64decode(base64_body))
        return {}

    def get(self, bucket, key):
        answer = self.s3.get_object(Bucket=bucket, Key=key)
        return {"body": base64.b64encode(answer["Body"].read()).decode()}

    def keys(self, bucket, prefix):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def tag(self, bucket, key):
        return {"tag": self.s3.head_object(Bucket=bucket, Key=key)["ETag"]}

    def uploads(self, bucket):
        return [upload["Key"] for upload in self.s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]

    def set_policy(self, bucket, policy):
        self.s3.put_bucket_policy(Bucket=bucket, Policy=policy)
        return {}

    def set_tags(self, bucket, key, tags):
        tag_set = {"TagSet": [{"Key": name, "Value": value} for name, value in json.loads(tags).items()]}
        if key:
            self.s3.put_object_tagging(Bucket=bucket, Key=key, Tagging=tag_set)
        else:
            self.s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set)
        return {}

    def fetch(self, url):
        try:
            with urllib.request.urlopen(url) as answer:
                body = base64.b64encode(answer.read()).decode()
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return {"status": str(answer.status), "body": body} | headers
        except urllib.error.HTTPError as error:
            return {"status": str(error.code)}

    def sign(self, method, url, headers, base64_body, **who):
        request = AWSRequest(method, url, headers=json.loads(headers), data=base64.b64decode(base64_body))
        self._at(who, lambda: botocore.auth.S3SigV4Auth(*self._scope(who)).add_auth(request))
        return {name.lower(): value for name, value in request.headers.items()}

    def presign(self, url, seconds, **who):
        request = AWSRequest("GET", url)
        auth = botocore.auth.S3SigV4QueryAuth(*self._scope(who), expires=int(seconds))
        self._at(who, lambda: auth.add_auth(request))
        return {"url": request.url}

    @staticmethod
    def _scope(who):
        credentials = Credentials(who["key_id"], who["secret"], who.get("token"))
        return credentials, "s3", who["region"]

    @staticmethod
    def _at(who, work):
        moment = datetime.fromtimestamp(int(who["time"]), timezone.utc)
        with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: moment):
            work()


def answer(calls, line):
    request = json.loads(line)
    try:
        result = getattr(calls, request["call"])(**request["with"])
        return {"list": result} if isinstance(result, list) else {"texts": result}
    except ClientError as error:
        return {"error": error.response["Error"]["Code"]}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    calls = Calls(endpoint)
    print(json.dumps({"endpoint": endpoint}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(calls, line)), flush=True)


main()
