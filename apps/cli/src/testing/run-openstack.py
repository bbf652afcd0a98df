"""Runs `openstack image list` once for each environment: reads cases as JSON, prints how each ended."""
import io
import json
import os
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout

warnings.simplefilter("ignore")
from openstackclient.shell import OpenStackShell  # noqa: E402

# What all cases load is loaded before they part; without a cloud there is nothing to ask.
cases = json.load(sys.stdin)
os.environ.clear()
with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
    OpenStackShell().run(["image", "list"])

for case in cases:
    child = os.fork()
    if child == 0:
        os.chdir(case["folder"])
        os.environ.clear()
        os.environ.update(case["env"])
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = OpenStackShell().run(["image", "list", "-f", "json"])
        print(json.dumps({"code": code, "said": said.getvalue()}), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
