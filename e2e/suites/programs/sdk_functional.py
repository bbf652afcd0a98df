"""Runs openstacksdk's own functional tests of images, and says of each whether it passed.

They find their clouds in a clouds.yaml: the user's, another's and the admin's. One of them uploads a file of the folder.
"""
import importlib
import json
import os
import unittest

import openstack

PREFIX = "openstack.tests.functional."
MODULES = ["image.v2.test_image", "cloud.test_image"]


def cloud(prefix):
    named = {name.removeprefix(prefix).lower(): value for name, value in os.environ.items() if name.startswith(prefix)}
    auth = ["auth_url", "username", "password", "project_name", "user_domain_name", "project_domain_name"]
    return {"auth": {name: named[name] for name in auth}, "region_name": os.environ["OS_REGION_NAME"]}


def each(suite):
    for test in suite:
        yield from each(test) if isinstance(test, unittest.TestSuite) else [test]


clouds = {"devstack": cloud("OS_"), "devstack-alt": cloud("MEMBER_"), "devstack-admin": cloud("ADMIN_")}
with open("clouds.yaml", "w") as file:
    json.dump({"clouds": clouds}, file)
with open("CONTRIBUTING.rst", "w") as file:
    file.write("what the image holds\n")
for name in [name for name in os.environ if name.startswith("OS_")]:
    del os.environ[name]

# They look for an image of that name.
user = openstack.connect(cloud="devstack")
ubuntu = user.image.create_image("ubuntu", container_format="bare", disk_format="raw")
for module in MODULES:
    for test in each(unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(PREFIX + module))):
        result = unittest.TestResult()
        test.run(result)
        said = [text for _, text in [*result.errors, *result.failures, *result.skipped]]
        name = test.id().removeprefix(PREFIX)
        print(f"FAILED - {name}: {said[0]}".replace("\n", " ") if said else f"ok - {name}")
user.image.delete_image(ubuntu)
print("end")
