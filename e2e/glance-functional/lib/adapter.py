"""Puts a server of imagetags in the place of the Glance that Glance's functional tests start.

The tests tell who asks in headers that a real Glance does not believe, or in tokens `user:project:roles`. Each such
caller becomes a token of the server's tokens file. What a test sets of Glance's settings is set by the server's own
names; what it sets of Glance's policy becomes a policy file.
"""
import ctypes
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

import httplib2
import requests
import webob
from glance.tests import functional

NODE = os.environ["IMAGETAGS_NODE"]
SERVER = os.environ["IMAGETAGS_SERVER"]
RULES = os.environ["IMAGETAGS_RULES"].split(",")
START_LIMIT = 30
PROCESSES = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
# The headers by which the tests tell who asks.
IDENTITY = ("x-auth-token", "x-identity-status", "x-user-id", "x-project-id", "x-tenant-id", "x-roles")

# Every caller that a test of this process was. Most ask again in the next test, which then has no server to restart.
callers = {}
# The servers by their ports.
running = {}


def token_of(user, project, roles):
    """The token of a caller, and whether it is one that was not met before."""
    caller = {"user_id": user or "nobody", "project_id": project or "no-project", "roles": roles or ["nothing"]}
    token = hashlib.sha256(json.dumps(caller).encode()).hexdigest()
    fresh = token not in callers
    callers[token] = caller
    return token, fresh


def caller_of(flavor, headers):
    """Who asks, as the pipeline of this flavor of Glance would tell: user, project, roles. None: nobody."""
    if flavor == "":
        return "operator", "operators", ["admin"]
    if flavor == "fakeauth":
        token = headers.get("x-auth-token")
        if not token:
            return None
        user, project, roles = token.split(":")
        return user, None if project.lower() == "none" else project, roles.split(",")
    if headers.get("x-identity-status") != "Confirmed":
        return None
    roles = [role.strip().lower() for role in headers.get("x-roles", "").split(",") if role.strip()]
    return headers.get("x-user-id"), headers.get("x-project-id") or headers.get("x-tenant-id"), roles


def end_with_parent():
    """Asks Linux to kill this process when the tests end, however they end."""
    PROCESSES.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Imagetags:
    """A server at one port, with one folder of data. It may be restarted in between."""

    def __init__(self, port, flavor, settings, rules, host="127.0.0.1"):
        self.host = host
        self.port = port
        self.flavor = flavor
        self.settings = settings
        self.rules = rules
        self.folder = tempfile.TemporaryDirectory(prefix="glance-functional")
        self.process = None
        running[port] = self

    def at(self, name):
        return os.path.join(self.folder.name, name)

    def start(self):
        token_of("operator", "operators", ["admin"])
        tokens = [{"token": token, **caller} for token, caller in callers.items()]
        with open(os.open(self.at("tokens.yaml"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"tokens": tokens}, file)
        with open(self.at("policy.yaml"), "w") as file:
            json.dump(self.rules, file)
        environment = {
            "PATH": os.environ["PATH"],
            "IMAGETAGS_LISTEN": f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}",
            "IMAGETAGS_DATA_DIR": self.at("data"),
            "IMAGETAGS_TOKENS_FILE": self.at("tokens.yaml"),
            "IMAGETAGS_POLICY_FILE": self.at("policy.yaml"),
            "IMAGETAGS_CORS_ORIGINS": "http://valid.example.com",
            "IMAGETAGS_LOG_LEVEL": "warn",
            **self.settings,
        }
        with open(self.at("log"), "ab") as log:
            self.process = subprocess.Popen(
                [NODE, SERVER], env=environment, stdout=log, stderr=log, preexec_fn=end_with_parent
            )
        until = time.monotonic() + START_LIMIT
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                with open(self.at("log")) as log:
                    raise AssertionError(f"The server does not start: {log.read()}")
            time.sleep(0.02)

    def answers(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=1)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status in (200, 503)
        except OSError:
            return False
        finally:
            connection.close()

    def end(self):
        """Ends the process, which has answered all that it was asked."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self):
        self.end()
        running.pop(self.port, None)
        self.folder.cleanup()

    def headers(self, headers):
        """The headers of a request with the caller's token in place of what else tells who asks."""
        kept = {name: value for name, value in (headers or {}).items() if value is not None}
        lower = {name.lower(): str(value) for name, value in kept.items()}
        caller = caller_of(self.flavor, lower)
        kept = {name: value for name, value in kept.items() if name.lower() not in IDENTITY}
        if caller is None:
            return kept
        token, fresh = token_of(*caller)
        if fresh and self.process is not None:
            self.end()
        if self.process is None:
            self.start()
        return {**kept, "X-Auth-Token": token}

    def set_rules(self, rules):
        self.rules = rules
        self.end()


def of(url):
    """The server that a URL is of, if it is of one."""
    return running.get(urllib.parse.urlsplit(url).port)


# What the tests ask with.
requests_request = requests.sessions.Session.request


def request(self, method, url, headers=None, **options):
    server = of(url)
    return requests_request(self, method, url, headers=server.headers(headers) if server else headers, **options)


requests.sessions.Session.request = request
httplib2_request = httplib2.Http.request


def request_of_httplib2(self, uri, method="GET", body=None, headers=None, **options):
    server = of(uri)
    return httplib2_request(self, uri, method, body, server.headers(headers) if server else headers, **options)


httplib2.Http.request = request_of_httplib2


# Servers that a test starts as processes.
def settings_of(api):
    settings = {
        "IMAGETAGS_IMAGE_SIZE_CAP": str(api.image_size_cap),
        "IMAGETAGS_TAG_QUOTA": str(api.image_tag_quota),
        "IMAGETAGS_IMAGE_PROPERTY_QUOTA": str(api.image_property_quota),
        "IMAGETAGS_IMAGE_MEMBER_QUOTA": str(api.image_member_quota),
        "IMAGETAGS_USER_STORAGE_QUOTA": str(api.user_storage_quota),
    }
    if api.disable_path:
        settings["IMAGETAGS_DISABLE_BY_FILE"] = api.disable_path
    return settings


def start(self, expect_exit=True, expected_exitcode=0, **changes):
    for name in ("image_size_cap", "image_tag_quota", "user_storage_quota"):
        if name in changes:
            setattr(self, name, changes[name])
    rules = {}
    if os.path.exists(self.policy_file):
        with open(self.policy_file) as file:
            rules = json.load(file)
    # The test holds the port for the Glance that it would hand it to.
    host = "::1" if self.sock.family == socket.AF_INET6 else "127.0.0.1"
    self.sock.close()
    Imagetags(self.bind_port, self.deployment_flavor, settings_of(self), rules, host).start()
    return 0, "", ""


def stop(self):
    server = running.get(self.bind_port)
    if server is not None:
        server.close()


for api_server in (functional.ApiServer, functional.ApiServerForMultipleBackend):
    api_server.start = start
    api_server.stop = stop
    api_server.dump_log = lambda self: ""
functional.ScrubberDaemon.start = lambda self, **changes: (0, "", "")
functional.ScrubberDaemon.stop = lambda self: None


# Servers that a test calls in its own process.
def start_in_process(self, enable_cache=True):
    server = Imagetags(functional.get_unused_port(), "noauth", {}, {})
    self.addCleanup(server.close)
    enforcer = getattr(self, "policy", None)
    if enforcer is not None:
        # The rules that a test sets are all that there are: what has none is allowed to nobody.
        enforcer.set_rules = lambda rules, **options: server.set_rules(
            {**{rule: "!" for rule in RULES}, **{name: str(check) for name, check in rules.items()}}
        )
    self.api = lambda asked: ask(server, asked)


def ask(server, asked):
    headers = server.headers(dict(asked.headers))
    headers.pop("Host", None)
    body = asked.body_file.read() if asked.is_body_readable or asked.is_body_seekable else None
    headers.pop("Content-Length", None)
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    try:
        connection.request(asked.method, asked.path_qs, body=body or None, headers=headers)
        reply = connection.getresponse()
        sent = [(name, value) for name, value in reply.getheaders() if name.lower() != "transfer-encoding"]
        response = webob.Response(status=reply.status, headerlist=sent, body=reply.read())
    finally:
        connection.close()
    response.request = asked
    return response


functional.SynchronousAPIBase.start_server = start_in_process
functional.SynchronousAPIBase.setup_database = lambda self: None
