"""Calls nova's own layer around the Image API, as the compute service does, and says of each check whether it held."""
import io
import os
import tempfile

import nova.conf
from nova import context, exception, objects
from nova.image import glance

from log_in import log_in
from verdicts import check, expect, refused

DATA = b"what the image holds\n"

nova.conf.CONF([], project="nova", default_config_files=[])
nova.conf.CONF.set_override("region_name", os.environ["OS_REGION_NAME"], "glance")
objects.register_all()
owner = context.RequestContext(**log_in(), overwrite=False)
member = context.RequestContext(**log_in("MEMBER_"), overwrite=False)
api = glance.API()
meta = {
    "name": "snapshot",
    "disk_format": "raw",
    "container_format": "bare",
    "min_disk": 1,
    "min_ram": 2,
    "visibility": "private",
    "properties": {"image_type": "snapshot", "os_type": "linux"},
}
made = {}


def names(**options):
    return sorted(image["name"] for image in api.get_all(owner, **options))


def create_without_data():
    made["queued"] = api.create(owner, {**meta, "name": "queued"})
    expect([made["queued"]["status"], made["queued"]["properties"]["image_type"]], ["queued", "snapshot"])


def create_with_data():
    made["full"] = api.create(owner, meta, data=io.BytesIO(DATA))
    expect([made["full"]["status"], made["full"]["size"]], ["active", len(DATA)])


def create_empty():
    image = api.create(owner, {**meta, "name": "empty", "size": 0})
    expect([image["status"], image["size"]], ["active", 0])
    made["empty"] = image


def create_for_other():
    shared = {**meta, "name": "of another", "visibility": "shared"}
    shared["properties"] = {"instance_owner": member.project_id}
    image = api.create(owner, shared, data=io.BytesIO(DATA))
    expect(api.get(member, image["id"])["name"], "of another")
    made["shared"] = image


def get():
    image = api.get(owner, made["full"]["id"])
    expect([image["name"], image["min_disk"], image["min_ram"], image["is_public"]], ["snapshot", 1, 2, False])
    expect(image["properties"]["os_type"], "linux")
    assert image["created_at"].tzinfo is not None and image["updated_at"].tzinfo is not None
    expect(image["deleted"], False)


def get_by_url():
    url = glance.API.generate_image_url(made["full"]["id"], owner)
    assert url.startswith("http"), url


def get_with_locations():
    expect(api.get(owner, made["full"]["id"], include_locations=True)["locations"], [])


def object_of_meta():
    image = objects.ImageMeta.from_dict(api.get(owner, made["full"]["id"]))
    expect([image.name, image.size, image.properties.get("os_type")], ["snapshot", len(DATA), "linux"])


def get_all():
    expect(names(), ["empty", "of another", "queued", "snapshot"])


def filter_name():
    expect(names(filters={"name": "snapshot", "status": "active"}), ["snapshot"])


def filter_property():
    expect(names(filters={"property-image_type": "snapshot"}), ["empty", "queued", "snapshot"])


def filter_since():
    expect(names(filters={"changes-since": "2014-01-01T00:00:00Z", "min_ram": "2"}), names(filters={"min_ram": "2"}))
    expect(names(filters={"changes-since": "2049-01-01T00:00:00Z"}), [])


def filter_public():
    expect(names(filters={"is_public": "true"}), [])
    expect(names(filters={"is_public": "false"}), ["empty", "queued", "snapshot"])


def paged():
    options = {"sort_key": "name", "sort_dir": "asc", "page_size": 1}
    expect([image["name"] for image in api.get_all(owner, **options)], ["empty", "of another", "queued", "snapshot"])
    first = api.get_all(owner, limit=1, **options)[0]
    rest = api.get_all(owner, marker=first["id"], limit=2, **options)
    expect([image["name"] for image in rest], ["of another", "queued"])


def download_to_file():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "disk")
        api.download(owner, made["full"]["id"], dest_path=path)
        with open(path, "rb") as file:
            expect(file.read(), DATA)


def download_to_stream():
    file = io.BytesIO()
    api.download(owner, made["full"]["id"], data=file)
    expect(file.getvalue(), DATA)


def download_nothing():
    refused(exception.ImageUnacceptable, lambda: api.download(owner, made["queued"]["id"]))


def update():
    image = api.update(owner, made["full"]["id"], {"name": "renamed", "properties": {"os_type": "other", "new": "x"}})
    expect([image["name"], image["properties"]["os_type"], image["properties"]["new"]], ["renamed", "other", "x"])
    expect(image["properties"]["image_type"], "snapshot")


def update_purging():
    image = api.update(owner, made["full"]["id"], {"properties": {"kept": "y"}}, purge_props=True)
    expect(image["properties"], {"kept": "y"})


def update_uploading():
    image = api.update(owner, made["queued"]["id"], {"name": "uploaded"}, data=io.BytesIO(DATA))
    expect([image["status"], image["name"]], ["active", "uploaded"])


def protected():
    api.update(owner, made["empty"]["id"], {"protected": True})
    refused(exception.ImageNotAuthorized, lambda: api.delete(owner, made["empty"]["id"]))
    api.update(owner, made["empty"]["id"], {"protected": False})


def of_another():
    refused(exception.ImageNotFound, lambda: api.get(member, made["full"]["id"]))
    refused(exception.ImageNotAuthorized, lambda: api.update(member, made["shared"]["id"], {"name": "taken"}))


def delete():
    for image in made.values():
        api.delete(owner, image["id"])
    refused(exception.ImageNotFound, lambda: api.delete(owner, made["full"]["id"]))
    refused(exception.ImageNotFound, lambda: api.get(owner, made["full"]["id"]))
    expect(names(), [])


check("API.create without data", create_without_data)
check("API.create with data", create_with_data)
check("API.create of an empty image, which is active at once", create_empty)
check("API.create for an instance of another project, which becomes a member", create_for_other)
check("API.get", get)
check("API.get with locations", get_with_locations)
check("API.generate_image_url finds the endpoint by the catalog and the versions", get_by_url)
check("API.ImageMeta of what get gives", object_of_meta)
check("API.get_all", get_all)
check("API.get_all by name and status", filter_name)
check("API.get_all by a property", filter_property)
check("API.get_all by changes-since and min_ram", filter_since)
check("API.get_all by is_public", filter_public)
check("API.get_all sorted, page by page, from a marker", paged)
check("API.download to a file, whose checksum is compared", download_to_file)
check("API.download to a stream", download_to_stream)
check("API.download of an image without data is refused", download_nothing)
check("API.update keeps other properties", update)
check("API.update with purge_props removes them", update_purging)
check("API.update with data", update_uploading)
check("API.delete of a protected image is refused", protected)
check("API.get and update of another's image are refused", of_another)
check("API.delete, twice", delete)
print("end")
