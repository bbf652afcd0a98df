import type { ReadHeader } from "./header-reader.ts";

/** Source: QEMU, docs/interop/qcow2.txt, "Header": the size at 24. */
export const readQcow2: ReadHeader = function* qcow2() {
  const header = yield { offset: 0, length: 512 };
  return header.toString("latin1", 0, 4) === "QFI\u{FB}" ? header.readBigUInt64BE(24) : undefined;
};
