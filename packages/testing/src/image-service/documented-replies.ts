/** What a server answers to a route, as its documents show it; a text is a page. */
export interface DocumentedReply {
  readonly status: number;
  readonly body?: unknown;
}

/** A reply for each route of the contract, by the route's name. */
export type DocumentedReplies = Readonly<Record<string, DocumentedReply>>;

const missing: DocumentedReply = {
  status: 404,
  body: "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1>The resource could not be found.<br /></body></html>",
};
const done: DocumentedReply = { status: 204 };

/** An image as the Image Management Service lists it. Source: "Querying Images (Native OpenStack API)". */
export const IMS_IMAGE = {
  schema: "/v2/schemas/image",
  min_disk: 100,
  created_at: "2018-09-06T14:03:27Z",
  __image_source_type: "uds",
  container_format: "bare",
  file: "/v2/images/bc6bed6e-ba3a-4447-afcc-449174a3eb52/file",
  updated_at: "2018-09-06T15:17:33Z",
  protected: true,
  checksum: "d41d8cd98f00b204e9800998ecf8427e",
  id: "bc6bed6e-ba3a-4447-afcc-449174a3eb52",
  __isregistered: "true",
  min_ram: 2048,
  __lazyloading: "true",
  owner: "1bed856811654c1cb661a6ca845ebc77",
  __os_type: "Linux",
  __imagetype: "gold",
  visibility: "public",
  virtual_env_type: "FusionCompute",
  tags: ["old"],
  __platform: "CentOS",
  size: 0,
  __os_bit: "64",
  __os_version: "CentOS 7.3 64bit",
  name: "CentOS 7.3 64bit vivado",
  self: "/v2/images/bc6bed6e-ba3a-4447-afcc-449174a3eb52",
  disk_format: "zvhd2",
  virtual_size: null,
  hw_firmware_type: "bios",
  status: "active",
};

/** An image that was just made, without data. Source: "Creating Image Metadata (Native OpenStack API)". */
export const IMS_CREATED = {
  schema: "/v2/schemas/image",
  min_disk: 100,
  created_at: "2016-06-02T07:49:48Z",
  __image_source_type: "uds",
  container_format: "bare",
  __image_size: "0",
  file: "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba86/file",
  updated_at: "2016-06-02T07:49:49Z",
  protected: false,
  id: "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba86",
  __isregistered: "true",
  min_ram: 1024,
  owner: "b912fb4a4c464b568ecfca1071b21b10",
  __os_type: "Linux",
  __imagetype: "private",
  visibility: "private",
  virtual_env_type: "FusionCompute",
  tags: ["test=testvalue", "image=imagevalue"],
  __platform: "Ubuntu",
  __os_bit: "64",
  __os_version: "Ubuntu 14.04 server 64bit",
  name: "test",
  self: "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba86",
  disk_format: "vhd",
  status: "queued",
};

const member = {
  status: "accepted",
  created_at: "2016-09-01T02:05:14Z",
  updated_at: "2016-09-01T02:37:11Z",
  image_id: "d164b5df-1bc3-4c3f-893e-3e471fd16e64",
  member_id: "edc89b490d7d4392898e19b2deb34797",
  schema: "/v2/schemas/member",
};
const members = { members: [member], schema: "/v2/schemas/members" };

/** The version document of a server at `base` that serves these, newest first, and the older API beside. */
function versions(base: string, ids: readonly string[]): object {
  return {
    versions: [
      ...ids.map((id, index) => ({
        status: index === 0 ? "CURRENT" : "SUPPORTED",
        id,
        links: [{ href: `${base}/v2/`, rel: "self" }],
      })),
      { status: "DEPRECATED", id: "v1.1", links: [{ href: `${base}/v1/`, rel: "self" }] },
    ],
  };
}

const schemas = {
  "schemas.image": {
    status: 200,
    body: {
      name: "image",
      properties: { id: { type: "string", pattern: "^[0-9a-f-]{36}$" }, __os_type: { type: "string" } },
      additionalProperties: { type: "string" },
      links: [{ href: "{self}", rel: "self", method: "GET" }],
    },
  },
  "schemas.images": { status: 200, body: { name: "images", properties: {}, links: [] } },
  "schemas.member": {
    status: 200,
    body: { name: "member", properties: {}, additionalProperties: false },
  },
  "schemas.members": { status: 200, body: { name: "members", properties: {} } },
};

/** This project's own. */
const notOfGlance = {
  "tagActions.run": missing,
  "cloudTags.list": missing,
  "cloudTags.move": missing,
  "tagEvents.list": missing,
  "tagEvents.listOfImage": missing,
  "tagEvents.schema": missing,
  "tagEvents.listSchema": missing,
  "tagEvents.undo": missing,
  "tagRules.list": missing,
  "tagRules.create": missing,
  "tagRules.show": missing,
  "tagRules.delete": missing,
};

const tags = {
  "imageTags.delete": done,
  "imageTags.add": done,
  "imageTags.check": missing,
  "imageTags.list": missing,
  "imageTags.replace": missing,
  "imageTags.clear": missing,
};

const actionsAndMembers = {
  "imageActions.deactivate": done,
  "imageActions.reactivate": done,
  "imageMembers.list": { status: 200, body: members },
  "imageMembers.show": { status: 200, body: member },
  "imageMembers.setStatus": { status: 200, body: member },
  "imageMembers.remove": done,
};

/** Routes that came to the API later, or are this project's own. */
const unserved = {
  "info.import": missing,
  "info.stores": missing,
  "info.usage": missing,
  "health.check": missing,
  "health.live": missing,
  "health.ready": missing,
  "versions.list": missing,
};

/**
 * The Image Management Service's. Source: its API reference, "Native OpenStack APIs"; what that does not have is
 * answered as its gateway answers an unknown path.
 */
export const IMS_REPLIES: DocumentedReplies = {
  ...tags,
  ...notOfGlance,
  "images.create": { status: 201, body: IMS_CREATED },
  "images.show": { status: 200, body: IMS_IMAGE },
  "images.list": {
    status: 200,
    body: {
      schema: "/v2/schemas/images",
      next: "/v2/images?__isregistered=true&marker=bc6bed6e-ba3a-4447-afcc-449174a3eb52&__imagetype=gold&limit=2",
      images: [IMS_IMAGE, IMS_CREATED],
      first: "/v2/images?__isregistered=true&__imagetype=gold&limit=2",
    },
  },
  // "Updating Image Information (Native OpenStack API)".
  "images.update": {
    status: 200,
    body: {
      ...IMS_CREATED,
      size: 2,
      status: "active",
      virtual_size: 0,
      checksum: "99914b932bd37a50b983c5e7c90ae93b",
      __description: "ims test",
      __backup_id: "",
      __data_origin: null,
    },
  },
  "images.delete": done,
  "imageData.upload": done,
  "imageData.download": missing,
  "imageMembers.add": { status: 200, body: { ...member, status: "pending" } },
  ...actionsAndMembers,
  ...schemas,
  ...unserved,
  "versions.choices": {
    status: 300,
    body: versions("https://image.az1.dc1.domainname.com", ["v2.2", "v2.1", "v2.0"]),
  },
};

/** An image of Glance 2.0, which leaves out what has no value. Source: Glance 2012.2, glance/api/v2/images.py. */
const bare = {
  id: "3cd57a0f-3c45-4d2b-8b06-f0f0c8e3a0a1",
  status: "queued",
  visibility: "private",
  protected: false,
  tags: ["old"],
  min_ram: 0,
  min_disk: 0,
  created_at: "2012-09-27T10:00:00Z",
  updated_at: "2012-09-27T10:00:00Z",
  self: "/v2/images/3cd57a0f-3c45-4d2b-8b06-f0f0c8e3a0a1",
  file: "/v2/images/3cd57a0f-3c45-4d2b-8b06-f0f0c8e3a0a1/file",
  access: "/v2/images/3cd57a0f-3c45-4d2b-8b06-f0f0c8e3a0a1/access",
  schema: "/v2/schemas/image",
};
const kept = {
  ...bare,
  status: "active",
  name: "cirros-0.3.0",
  size: 9761280,
  checksum: "50bdc35edb03a38d91b1b071afb20a3c",
  container_format: "bare",
  disk_format: "qcow2",
  owner: "5ef70662f8b34079a6eddb8da9d75fe8",
};

/** Those of the first Glance with an Image API v2. */
export const GLANCE_2_0_REPLIES: DocumentedReplies = {
  ...tags,
  ...notOfGlance,
  "images.create": { status: 201, body: bare },
  "images.show": { status: 200, body: kept },
  "images.list": {
    status: 200,
    body: { images: [kept, bare], first: "/v2/images", schema: "/v2/schemas/images" },
  },
  "images.update": { status: 200, body: kept },
  "images.delete": done,
  "imageData.upload": { status: 204 },
  "imageData.download": done,
  "imageMembers.add": { status: 200, body: { ...member, status: "pending", schema: undefined } },
  ...actionsAndMembers,
  ...schemas,
  ...unserved,
  "versions.choices": { status: 300, body: versions("http://glance.example.org:9292", ["v2.0"]) },
};

const today = {
  ...kept,
  access: undefined,
  os_hidden: false,
  os_hash_algo: "sha512",
  os_hash_value: "1b03ca1bc3fafe448b90583c12f367949f8b0e665685979d95b004e48574b953",
  virtual_size: 41126400,
  visibility: "community",
  stores: "fast,cheap",
  os_distro: "cirros",
};

/** Those of a Glance of today with several stores. Source: Glance api-ref, its samples. */
export const GLANCE_TODAY_REPLIES: DocumentedReplies = {
  ...GLANCE_2_0_REPLIES,
  "images.create": {
    status: 201,
    body: { ...today, status: "queued", name: null, size: null, checksum: null },
  },
  "images.show": { status: 200, body: today },
  "images.list": {
    status: 200,
    body: {
      images: [today],
      first: "/v2/images",
      next: `/v2/images?marker=${today.id}`,
      schema: "/v2/schemas/images",
    },
  },
  "images.update": { status: 200, body: { ...today, status: "importing", os_glance_import_task: "t" } },
  "info.import": {
    status: 200,
    body: {
      "import-methods": { description: "Import methods available.", type: "array", value: ["glance-direct"] },
    },
  },
  "info.stores": {
    status: 200,
    body: {
      stores: [
        { id: "reliable", description: "More expensive store with data redundancy" },
        { id: "fast", description: "Fast access to rbd store", default: "true", weight: 100 },
        { id: "cheap", "read-only": "true" },
      ],
    },
  },
  "info.usage": {
    status: 200,
    body: {
      usage: { image_size_total: { usage: 256, limit: 1024 }, image_count_total: { usage: 2, limit: 10 } },
    },
  },
  "versions.choices": {
    status: 300,
    body: versions("http://glance.example.org:9292", ["v2.17", "v2.15", "v2.9", "v2.0"]),
  },
  "versions.list": {
    status: 200,
    body: versions("http://glance.example.org:9292", ["v2.17", "v2.15", "v2.9", "v2.0"]),
  },
};
