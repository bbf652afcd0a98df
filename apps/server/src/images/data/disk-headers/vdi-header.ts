import type { ReadHeader } from "./header-reader.ts";

const SIGNATURE = 0xbe_da_10_7f;

/** Source: QEMU, block/vdi.c, `VdiHeader`: the signature at 64, the size at 368. */
export const readVdi: ReadHeader = function* vdi() {
  const header = yield { offset: 0, length: 512 };
  return header.readUInt32LE(64) === SIGNATURE ? header.readBigUInt64LE(368) : undefined;
};
