import type { ReadHeader } from "./header-reader.ts";

const TABLE_BYTES = 64 * 1024;
const REGION_TABLE_OFFSET = 192 * 1024;
/** Of a region in its table, and of an item in the metadata. */
const ENTRY_BYTES = 32;
const MOST_ENTRIES = 2047;

/** As they lie in the file: the first three groups of digits are little-endian. */
const METADATA_REGION = "06a27c8b90479a4bb8fe575f050f886e";
const VIRTUAL_DISK_SIZE = "2442a52f1bcd7648b2115dbed83bf4b8";

/** Source: Microsoft, [MS-VHDX], "Region Table" and "Metadata Region". */
export const readVhdx: ReadHeader = function* vhdx() {
  const identity = yield { offset: 0, length: 32 };
  if (identity.toString("latin1", 0, 8) !== "vhdxfile") return undefined;
  const regions = yield { offset: REGION_TABLE_OFFSET, length: TABLE_BYTES };
  if (regions.toString("latin1", 0, 4) !== "regi") return undefined;
  const region = findEntry(regions, 16, regions.readUInt32LE(8), METADATA_REGION);
  if (region === undefined) return undefined;
  const start = region.readBigUInt64LE(16);
  if (start > Number.MAX_SAFE_INTEGER) return undefined;
  const metadata = yield { offset: Number(start), length: TABLE_BYTES };
  if (metadata.toString("latin1", 0, 8) !== "metadata") return undefined;
  const item = findEntry(metadata, ENTRY_BYTES, metadata.readUInt16LE(10), VIRTUAL_DISK_SIZE);
  if (item === undefined || item.readUInt32LE(20) !== 8) return undefined;
  const offset = item.readUInt32LE(16);
  if (offset + 8 <= TABLE_BYTES) return metadata.readBigUInt64LE(offset);
  const size = yield { offset: Number(start) + offset, length: 8 };
  return size.readBigUInt64LE();
};

/** The entry of an identifier in a table whose entries begin at `first`. */
function findEntry(table: Buffer, first: number, count: number, id: string): Buffer | undefined {
  if (count > MOST_ENTRIES) return undefined;
  for (let at = first; at < first + count * ENTRY_BYTES; at += ENTRY_BYTES) {
    if (table.toString("hex", at, at + 16) === id) return table.subarray(at, at + ENTRY_BYTES);
  }
  return undefined;
}
