import type { ReadHeader } from "./header-reader.ts";

const SECTOR = 512;
/** Source: QEMU, block/vmdk.c, `DESC_OFFSET` and the bound of the descriptor. */
const DESCRIPTOR_OFFSET = SECTOR;
const MOST_DESCRIPTOR_BYTES = 1024 * 1024 - 1;
/** In place of where the directory of grains lies: a footer at the end says it, which a stream cannot be asked first. */
const DIRECTORY_AT_END = 0xff_ff_ff_ff_ff_ff_ff_ffn;

/** The kinds that are one file with its descriptor within. */
const KINDS = new Set(["monolithicSparse", "streamOptimized"]);

/**
 * Source: VMware, "Virtual Disk Format 5.0", `SparseExtentHeader` and the descriptor's `createType`; for what is taken,
 * Glance, glance/common/format_inspector.py, `VMDKInspector`.
 */
export const readVmdk: ReadHeader = function* vmdk() {
  const header = yield { offset: 0, length: SECTOR };
  if (header.toString("latin1", 0, 4) !== "KDMV") return undefined;
  const version = header.readUInt32LE(4);
  if (version < 1 || version > 3 || header.readBigUInt64LE(56) === DIRECTORY_AT_END) return undefined;
  if (header.readBigUInt64LE(28) * BigInt(SECTOR) !== BigInt(DESCRIPTOR_OFFSET)) return undefined;
  const sectors = header.readBigUInt64LE(36) * BigInt(SECTOR);
  const length = sectors > MOST_DESCRIPTOR_BYTES ? MOST_DESCRIPTOR_BYTES : Number(sectors);
  const descriptor = yield { offset: DESCRIPTOR_OFFSET, length };
  const kind = /createType="([^"]*)"/.exec(descriptor.toString("latin1"))?.[1];
  return kind !== undefined && KINDS.has(kind) ? header.readBigUInt64LE(12) * BigInt(SECTOR) : undefined;
};
