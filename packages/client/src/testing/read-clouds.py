"""What openstacksdk makes of clouds: reads cases as JSON, prints one JSON line for each."""
import importlib
import json
import os
import sys
import warnings

from keystoneauth1 import loading
from openstack.config import loader

# What takes long is done once, and not in each child.
loading.get_plugin_loader("password")
warnings.simplefilter("ignore")


def read(case):
    os.chdir(case["folder"])
    os.environ.clear()
    os.environ.update(case["env"])
    # Where it looks for files is settled when it is loaded.
    OpenStackConfig = importlib.reload(loader).OpenStackConfig
    try:
        given = {"region_name": case["region"]} if case.get("region") else {}
        cloud = OpenStackConfig().get_one(case.get("name"), **given)
        verify, cert = cloud.get_requests_verify_args()
        return {
            "auth_type": cloud.config["auth_type"],
            "auth": {key: value for key, value in cloud.config["auth"].items() if value},
            "region": cloud.get_region_name("image") or None,
            "interface": cloud.get_interface("image"),
            "endpoint": cloud.get_endpoint("image"),
            "service_type": cloud.get_service_type("image"),
            "verify": verify,
            "cert": cert,
        }
    except Exception as error:
        return {"error": type(error).__name__ + ": " + str(error)}


for case in json.load(sys.stdin):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, json.dumps(read(case)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as result:
        print(result.read())
    os.waitpid(child, 0)
