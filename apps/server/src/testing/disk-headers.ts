const KB = 1024;

/** The beginnings of disks of a size in bytes, in the formats that say it there: as much as is looked at, and no more. */
export const DISK_HEADERS = {
  qcow2(size: bigint): Buffer {
    const data = Buffer.alloc(512);
    data.write("QFI\u{FB}", "latin1");
    data.writeUInt32BE(3, 4);
    data.writeBigUInt64BE(size, 24);
    return data;
  },

  vmdk(size: bigint): Buffer {
    const data = Buffer.alloc(21 * 512);
    data.write("KDMV");
    data.writeUInt32LE(1, 4);
    data.writeBigUInt64LE(size / 512n, 12);
    data.writeBigUInt64LE(1n, 28);
    data.writeBigUInt64LE(20n, 36);
    data.writeBigUInt64LE(21n, 56);
    data.write('# Disk DescriptorFile\nversion=1\ncreateType="streamOptimized"\nRW 1 SPARSE "a.vmdk"\n', 512);
    return data;
  },

  vhd(size: bigint): Buffer {
    const data = Buffer.alloc(512);
    data.write("conectix");
    data.writeBigUInt64BE(size, 40);
    return data;
  },

  vhdx(size: bigint): Buffer {
    const metadata = 320 * KB;
    const data = Buffer.alloc(metadata + 64 * KB + 16);
    data.write("vhdxfile");
    data.write("regi", 192 * KB);
    data.writeUInt32LE(2, 192 * KB + 8);
    const region = 192 * KB + 16 + 32;
    data.write("06a27c8b90479a4bb8fe575f050f886e", region, "hex");
    data.writeBigUInt64LE(BigInt(metadata), region + 16);
    data.write("metadata", metadata);
    data.writeUInt16LE(2, metadata + 10);
    const item = metadata + 64;
    data.write("2442a52f1bcd7648b2115dbed83bf4b8", item, "hex");
    data.writeUInt32LE(64 * KB + 8, item + 16);
    data.writeUInt32LE(8, item + 20);
    data.writeBigUInt64LE(size, metadata + 64 * KB + 8);
    return data;
  },

  vdi(size: bigint): Buffer {
    const data = Buffer.alloc(512);
    data.writeUInt32LE(0xbe_da_10_7f, 64);
    data.writeBigUInt64LE(size, 368);
    return data;
  },
} as const;
