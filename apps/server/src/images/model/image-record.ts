import type { PropertyValue, Visibility } from "@imagetags/contract";

/** An image as it is kept. Sizes are bytes, `minDisk` is GB, `minRam` is MB. */
export interface ImageRecord {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly visibility: Visibility;
  readonly owner: string | null;
  readonly protected: boolean;
  readonly osHidden: boolean;
  readonly size: number | null;
  readonly virtualSize: number | null;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  readonly checksum: string | null;
  readonly osHashAlgo: string | null;
  readonly osHashValue: string | null;
  readonly minDisk: number;
  readonly minRam: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Each tag once, sorted by its code units. */
  readonly tags: readonly string[];
  readonly properties: ReadonlyMap<string, PropertyValue>;
}

/** What decides who may see and change an image. */
export interface ImageAccess {
  readonly id: string;
  readonly owner: string | null;
  readonly visibility: Visibility;
  readonly protected: boolean;
  /** Whether the image is shared with the asking project, accepted or not. */
  readonly isMember: boolean;
  /** All of the image, where a `Permit` needs it. */
  readonly record?: ImageRecord;
}

/** An image to be made. The store sets the rest. */
export type NewImage = Omit<ImageRecord, "createdAt" | "updatedAt">;

/** The fields of an image that may be changed after it was made. */
export type ImageFields = Pick<
  ImageRecord,
  | "name"
  | "status"
  | "visibility"
  | "owner"
  | "protected"
  | "osHidden"
  | "diskFormat"
  | "containerFormat"
  | "minDisk"
  | "minRam"
>;

/** What an image gets with its data. */
export interface ReceivedData {
  readonly size: number;
  readonly virtualSize: number | null;
  readonly checksum: string;
  readonly osHashAlgo: string;
  readonly osHashValue: string;
  /** The place of the data, as a row of `image_locations` names it. */
  readonly location: string;
}

/** What an image is to become. Only differences are written. */
export interface ImageEdit {
  readonly fields: Partial<ImageFields>;
  readonly tags: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, PropertyValue>;
}

/** The bytes of UTF-8 in the tags and properties of an image, names and values together. */
export function bytesOf({
  tags,
  properties,
}: Pick<ImageEdit, "properties"> & { tags: Iterable<string> }): number {
  let bytes = 0;
  for (const tag of tags) bytes += Buffer.byteLength(tag);
  for (const [name, value] of properties) bytes += Buffer.byteLength(name) + Buffer.byteLength(value ?? "");
  return bytes;
}
