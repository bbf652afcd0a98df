import type { ReadHeader } from "./header-reader.ts";

/**
 * A dynamic disk has a copy of its footer at the beginning. A fixed one has its footer at the end only, and is not known
 * by Glance either. Source: Microsoft, "Virtual Hard Disk Image Format Specification": the current size at 40.
 */
export const readVhd: ReadHeader = function* vhd() {
  const header = yield { offset: 0, length: 512 };
  return header.toString("latin1", 0, 8) === "conectix" ? header.readBigUInt64BE(40) : undefined;
};
