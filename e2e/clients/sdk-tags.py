"""Calls the six tag methods that openstacksdk has, on an image of its own, and says of each whether it did."""
import os

import openstack
from openstack import exceptions

from verdicts import check, expect, refused

conn = openstack.connect(
    auth_type="admin_token",
    auth={"endpoint": os.environ["IMAGE_ENDPOINT"], "token": os.environ["TOKEN"]},
)
image = conn.image.create_image("sdk", tags=["first"], container_format="bare", disk_format="raw")


def tags():
    """The tags that the server has, whatever the image here holds."""
    return sorted(conn.image.get_image(image.id).tags)


def fetch_tags():
    conn.image.add_tag(image.id, "second")
    expect(sorted(image.fetch_tags(conn.image).tags), ["first", "second"])


def set_tags():
    image.set_tags(conn.image, ["x", "é", "a/b", "a b"])
    expect(tags(), ["a b", "a/b", "x", "é"])


def check_tag():
    for tag in ["x", "é", "a b"]:
        image.check_tag(conn.image, tag)
    refused(exceptions.ResourceNotFound, lambda: image.check_tag(conn.image, "gone"))


def check_tag_slash():
    # The tag is there, but the path has one segment more than that of a tag.
    refused(exceptions.ResourceNotFound, lambda: image.check_tag(conn.image, "a/b"))
    image.check_tag(conn.image, "a%2Fb")


def add_tag():
    for tag in ["new", "ü", "c d", "c%2Fd"]:
        image.add_tag(conn.image, tag)
    expect(tags(), ["a b", "a/b", "c d", "c/d", "new", "x", "é", "ü"])


def remove_tag():
    for tag in ["new", "ü", "c d", "c%2Fd", "é", "a%2Fb"]:
        image.remove_tag(conn.image, tag)
    expect(tags(), ["a b", "x"])


def remove_tag_twice():
    refused(exceptions.ResourceNotFound, lambda: image.remove_tag(conn.image, "new"))


def remove_all_tags():
    image.remove_all_tags(conn.image)
    expect(tags(), [])
    image.remove_all_tags(conn.image)


def filters():
    conn.image.create_image("ab", tags=["sdk-a", "sdk-b"], container_format="bare", disk_format="raw")
    conn.image.create_image("b", tags=["sdk-b"], container_format="bare", disk_format="raw")
    expect(sorted(found.name for found in conn.image.images(tag="sdk-b")), ["ab", "b"])
    expect([found.name for found in conn.image.images(tag="sdk-b", limit=1, sort="name:asc")], ["ab", "b"])


print("begin")
check("fetch_tags", fetch_tags)
check("set_tags", set_tags)
check("check_tag", check_tag)
check('check_tag "a/b" cannot (common/tag.py writes the tag into the path as it is), "a%2Fb" does', check_tag_slash)
check("add_tag", add_tag)
check("remove_tag", remove_tag)
check("remove_tag of a tag that is gone", remove_tag_twice)
check("remove_all_tags, twice", remove_all_tags)
check("images(tag=...), page by page", filters)
for made in [image] + [found for found in conn.image.images(tag="sdk-b")]:
    conn.image.delete_image(made.id)
print("end")
