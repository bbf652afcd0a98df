"""Calls every method that libcloud has for the images of OpenStack, and says of each whether it did."""
import os

import requests
from libcloud.compute.base import NodeImage
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider

from verdicts import check, expect

URL = os.environ["IMAGE_ENDPOINT"]
OWNER = {"X-Auth-Token": os.environ["TOKEN"]}
MEMBER = os.environ["MEMBER"]


def driver(token):
    return get_driver(Provider.OPENSTACK)(
        "user",
        "password",
        ex_force_base_url=URL.removesuffix("/v2"),
        ex_force_service_region="RegionOne",
        ex_tenant_name="project",
        ex_domain_name="Default",
        api_version="2.2",
        ex_force_auth_url="http://127.0.0.1:9",
        ex_force_auth_version="3.x_password",
        ex_force_auth_token=token,
    )


# libcloud makes images of servers alone.
made = requests.post(
    f"{URL}/images",
    headers=OWNER,
    json={"name": "libcloud", "visibility": "shared", "container_format": "bare", "disk_format": "raw"},
)
made.raise_for_status()
requests.put(
    f"{URL}/images/{made.json()['id']}/file",
    headers={**OWNER, "Content-Type": "application/octet-stream"},
    data=b"data",
).raise_for_status()
image_id = made.json()["id"]
owner, member = driver(os.environ["TOKEN"]), driver(os.environ["MEMBER_TOKEN"])


def lists():
    expect([image.name for image in owner.list_images() if image.id == image_id], ["libcloud"])


def gets():
    image = owner.get_image(image_id)
    expect([type(image), image.name, image.extra["status"]], [NodeImage, "libcloud", "active"])


def updates():
    owner.ex_update_image(image_id, [{"op": "add", "path": "/tags", "value": ["of-libcloud"]}])
    expect(requests.get(f"{URL}/images/{image_id}", headers=OWNER).json()["tags"], ["of-libcloud"])


def members():
    owner.ex_create_image_member(image_id, MEMBER)
    expect([each.id for each in owner.ex_list_image_members(image_id)], [MEMBER])
    expect(member.ex_accept_image_member(image_id, MEMBER).state, "accepted")
    expect(owner.ex_get_image_member(image_id, MEMBER).state, "accepted")


check("list_images", lists)
check("get_image", gets)
check("ex_update_image sets tags", updates)
check("the four methods of members", members)
print("end")
