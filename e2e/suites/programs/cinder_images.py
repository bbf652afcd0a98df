"""Calls cinder's own layer around the Image API, as the volume service does, and says of each check whether it held."""
import io
import os

from cinder import context, exception
from cinder.image import glance
from oslo_config import cfg

from log_in import log_in
from verdicts import check, expect, refused

DATA = b"what the volume holds\n"

cfg.CONF([], project="cinder", default_config_files=[])
owner = context.RequestContext(**log_in(), overwrite=False)
member = context.RequestContext(**log_in("MEMBER_"), overwrite=False)
service = glance.get_default_image_service()
meta = {
    "name": "of a volume",
    "disk_format": "raw",
    "container_format": "bare",
    "visibility": "shared",
    "properties": {"volume_type": "fast", "hw_disk_bus": "scsi"},
}
made = {}


def names(**options):
    return sorted(image["name"] for image in service.detail(owner, **options))


def create():
    made["image"] = service.create(owner, meta)
    expect([made["image"]["status"], made["image"]["properties"]], ["queued", meta["properties"]])


def upload():
    image = service.update(owner, made["image"]["id"], {}, data=io.BytesIO(DATA))
    expect([image["status"], image["size"]], ["active", len(DATA)])


def show():
    image = service.show(owner, made["image"]["id"])
    expect([image["name"], image["visibility"], image["properties"]], ["of a volume", "shared", meta["properties"]])
    assert image["created_at"].year > 2000


def by_url():
    remote, id_ = glance.get_remote_image_service(owner, f"{os.environ['URL']}/v2/images/{made['image']['id']}")
    expect([id_, remote.show(owner, id_)["name"]], [made["image"]["id"], "of a volume"])


def detail():
    service.create(owner, {**meta, "name": "second", "properties": {"volume_type": "slow"}})
    expect(names(), ["of a volume", "second"])


def detail_filtered():
    expect(names(filters={"name": "second"}), ["second"])
    expect(names(filters={"volume_type": "fast", "status": "active"}), ["of a volume"])


def detail_paged():
    options = {"sort_key": "name", "sort_dir": "desc", "limit": 1}
    first = service.detail(owner, **options)
    expect([image["name"] for image in first], ["second"])
    rest = service.detail(owner, marker=first[0]["id"], **options)
    expect([image["name"] for image in rest], ["of a volume"])


def download():
    file = io.BytesIO()
    service.download(owner, made["image"]["id"], file)
    expect(file.getvalue(), DATA)
    expect(b"".join(service.download(owner, made["image"]["id"])), DATA)


def update_keeping():
    image = service.update(owner, made["image"]["id"], {"properties": {"new": "x"}}, purge_props=False)
    expect(image["properties"], {**meta["properties"], "new": "x"})


def update_purging():
    image = service.update(owner, made["image"]["id"], {"name": "renamed", "properties": {"kept": "y"}})
    expect([image["name"], image["properties"]], ["renamed", {"kept": "y"}])


def locations():
    expect(service.get_location(owner, made["image"]["id"]), (None, None))


def members():
    expect(list(service.list_members(owner, made["image"]["id"])), [])


def of_another():
    refused(exception.ImageNotFound, lambda: service.show(member, made["image"]["id"]))
    refused(exception.ImageNotFound, lambda: service.delete(member, made["image"]["id"]))


def delete():
    for image in service.detail(owner):
        expect(service.delete(owner, image["id"]), True)
    refused(exception.ImageNotFound, lambda: service.delete(owner, made["image"]["id"]))
    expect(names(), [])


check("GlanceImageService.create", create)
check("GlanceImageService.update with data, as of a volume that becomes an image", upload)
check("GlanceImageService.show", show)
check("GlanceImageService.get_remote_image_service by an image's URL", by_url)
check("GlanceImageService.detail", detail)
check("GlanceImageService.detail by name, property and status", detail_filtered)
check("GlanceImageService.detail sorted, from a marker", detail_paged)
check("GlanceImageService.download to a file, and as chunks", download)
check("GlanceImageService.update keeps other properties", update_keeping)
check("GlanceImageService.update with purge_props removes them", update_purging)
check("GlanceImageService.get_location of what shows none", locations)
check("GlanceImageService.list_members", members)
check("GlanceImageService.show and delete of another's image are refused", of_another)
check("GlanceImageService.delete, twice", delete)
print("end")
