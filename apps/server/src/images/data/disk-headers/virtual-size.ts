import { HeaderReader, type ReadHeader } from "./header-reader.ts";
import { readQcow2 } from "./qcow2-header.ts";
import { readVdi } from "./vdi-header.ts";
import { readVhd } from "./vhd-header.ts";
import { readVhdx } from "./vhdx-header.ts";
import { readVmdk } from "./vmdk-header.ts";

/** The formats whose headers tell how long the disk is. Source: Glance, glance/common/format_inspector.py. */
const HEADERS: ReadonlyMap<string, ReadHeader> = new Map([
  ["qcow2", readQcow2],
  ["vmdk", readVmdk],
  ["vhd", readVhd],
  ["vhdx", readVhdx],
  ["vdi", readVdi],
]);

/** The formats of an image. */
interface Formats {
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
}

/**
 * Learns how long the disk within an image's data is, while the data passes. Of a container nothing is known. Data of
 * another format than is said, or with a header that makes no sense, is kept all the same.
 * Source: Glance, glance/location.py, `set_data`.
 */
export class VirtualSize {
  readonly #isRaw: boolean;
  readonly #header: HeaderReader | undefined;

  constructor({ diskFormat, containerFormat }: Formats) {
    const format = containerFormat === "bare" ? diskFormat : null;
    const read = HEADERS.get(format ?? "");
    this.#isRaw = format === "raw";
    this.#header = read === undefined ? undefined : new HeaderReader(read);
  }

  async *follow(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#header?.push(chunk);
      yield chunk;
    }
  }

  /** In bytes, once data of `size` bytes has passed; `null` when it is not known. */
  of(size: number): number | null {
    return (this.#isRaw && size > 0 ? size : this.#header?.size) ?? null;
  }
}
