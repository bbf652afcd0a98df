/** Who may see an image. Source: Glance api-ref, image visibility. */
export const VISIBILITIES = ["public", "community", "shared", "private"] as const;

/** One of {@link VISIBILITIES}. */
export type Visibility = (typeof VISIBILITIES)[number];

/** How the bytes of a disk may lie. Source: Glance, its default of `disk_formats`. */
export const DISK_FORMATS = [
  "ami",
  "ari",
  "aki",
  "vhd",
  "vhdx",
  "vmdk",
  "raw",
  "qcow2",
  "vdi",
  "iso",
  "ploop",
] as const;

/** What a disk may be wrapped in. Source: Glance, its default of `container_formats`. */
export const CONTAINER_FORMATS = ["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"] as const;
