import type { FieldSchema } from "./field-schema.ts";
import { UUID_PATTERN } from "./schema-document.ts";

/**
 * The properties that images commonly have. `is_base: false` tells clients that they are properties and no
 * fields. Source: Glance 25.1, etc/schema-image.json.
 */
export const commonProperties = {
  kernel_id: {
    type: ["null", "string"],
    pattern: UUID_PATTERN,
    description:
      "ID of image stored in Glance that should be used as the kernel when booting an AMI-style image.",
    is_base: false,
  },
  ramdisk_id: {
    type: ["null", "string"],
    pattern: UUID_PATTERN,
    description:
      "ID of image stored in Glance that should be used as the ramdisk when booting an AMI-style image.",
    is_base: false,
  },
  instance_uuid: {
    type: "string",
    description:
      "Metadata which can be used to record which instance this image is associated with. (Informational only, does not create an instance snapshot.)",
    is_base: false,
  },
  architecture: {
    description:
      "Operating system architecture as specified in https://docs.openstack.org/python-glanceclient/latest/cli/property-keys.html",
    type: "string",
    is_base: false,
  },
  os_distro: {
    description:
      "Common name of operating system distribution as specified in https://docs.openstack.org/python-glanceclient/latest/cli/property-keys.html",
    type: "string",
    is_base: false,
  },
  os_version: {
    description: "Operating system version as specified by the distributor.",
    type: "string",
    is_base: false,
  },
  description: {
    description: "A human-readable string describing this image.",
    type: "string",
    is_base: false,
  },
  cinder_encryption_key_id: {
    description:
      "Identifier in the OpenStack Key Management Service for the encryption key for the Block Storage Service to use when mounting a volume created from this image",
    type: "string",
    is_base: false,
  },
  cinder_encryption_key_deletion_policy: {
    description:
      "States the condition under which the Image Service will delete the object associated with the 'cinder_encryption_key_id' image property.  If this property is missing, the Image Service will take no action",
    type: "string",
    enum: ["on_image_deletion", "do_not_delete"],
    is_base: false,
  },
} as const satisfies Readonly<Record<string, FieldSchema>>;
