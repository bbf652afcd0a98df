import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DISK_HEADERS } from "../../../testing/disk-headers.ts";
import { VirtualSize } from "./virtual-size.ts";

const MB = 1024 * 1024;

/** What is known of data that comes in chunks that end at these places. */
async function sizeOf(format: string, data: Buffer, ends: readonly number[] = []): Promise<number | null> {
  const size = new VirtualSize({ diskFormat: format, containerFormat: "bare" });
  const places = [0, ...ends.map((end) => end % (data.length + 1)).toSorted((a, b) => a - b), data.length];
  async function* chunks() {
    // The chunk's memory is used again, as a stream's may be.
    for (const [index, start] of places.slice(0, -1).entries()) {
      const chunk = Buffer.from(data.subarray(start, places[index + 1]));
      yield chunk;
      chunk.fill(0xaa);
    }
  }
  let passed = 0;
  for await (const chunk of size.follow(chunks())) passed += chunk.length;
  expect(passed).toBe(data.length);
  return size.of(passed);
}

const formats = Object.keys(DISK_HEADERS) as (keyof typeof DISK_HEADERS)[];

describe.each(formats)("the virtual size of a %s", (format) => {
  const make = DISK_HEADERS[format];

  test("is what its header says, however the data is cut", async () => {
    const sizes = fc.integer({ min: 1, max: 2 ** 43 }).map((sectors) => sectors * 512);
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.nat(), { maxLength: 5 }), async (size, ends) => {
        expect(await sizeOf(format, make(BigInt(size)), ends)).toBe(size);
      }),
      { numRuns: 40 },
    );
  });

  test("is not known of a size of nothing, or of one that no number holds", async () => {
    for (const size of [0n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 512n])
      expect(await sizeOf(format, make(size))).toBeNull();
  });

  test("is not known of data that breaks off within the header, or of another format", async () => {
    const data = make(64n * BigInt(MB));
    for (const length of [0, 1, 4, 63, 511, data.length - 1]) {
      expect(await sizeOf(format, data.subarray(0, length)), `${length} bytes`).toBeNull();
    }
    for (const other of formats) {
      if (other !== format) expect(await sizeOf(other, data), other).toBeNull();
    }
    expect(await sizeOf("raw", data)).toBe(data.length);
    expect(await sizeOf("iso", data)).toBeNull();
  });

  test("is looked for without harm in whatever stands in the header's place", async () => {
    const data = make(64n * BigInt(MB));
    const damage = fc.array(
      fc.tuple(
        fc.oneof(fc.nat({ max: 511 }), fc.nat({ max: data.length - 1 })),
        fc.uint8Array({ minLength: 1, maxLength: 16 }),
      ),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(damage, fc.array(fc.nat(), { maxLength: 3 }), async (places, ends) => {
        const damaged = Buffer.from(data);
        for (const [at, bytes] of places) damaged.set(bytes.subarray(0, damaged.length - at), at);
        const size = await sizeOf(format, damaged, ends);
        expect(size === null || (Number.isSafeInteger(size) && size > 0)).toBe(true);
        expect(await sizeOf(format, damaged)).toBe(size);
      }),
      { numRuns: 60 },
    );
  });

  test("is not known within a container", () => {
    for (const containerFormat of ["ova", "docker", null]) {
      expect(new VirtualSize({ diskFormat: format, containerFormat }).of(5)).toBeNull();
    }
  });
});

test("a raw image of nothing has no virtual size, and one of data its length", async () => {
  expect(await sizeOf("raw", Buffer.alloc(0))).toBeNull();
  expect(await sizeOf("raw", Buffer.alloc(7))).toBe(7);
});

const QEMU = {
  qcow2: [["qcow2"]],
  vmdk: [["vmdk"], ["vmdk", "-o", "subformat=streamOptimized"]],
  vhd: [["vpc"]],
  vhdx: [["vhdx"], ["vhdx", "-o", "subformat=fixed"]],
  vdi: [["vdi"]],
} as const;

test.skipIf(!runs("qemu-img", "--version")).each(formats)(
  "a %s as QEMU makes it is as long as QEMU says",
  async (format) => {
    using folder = temporaryFolder();
    for (const options of QEMU[format]) {
      const path = folder.at("disk");
      execFileSync("qemu-img", ["create", "-q", "-f", ...options, path, "4M"]);
      const told: unknown = JSON.parse(
        execFileSync("qemu-img", ["info", "--output=json", "-f", options[0], path], { encoding: "utf8" }),
      );
      expect(told).toHaveProperty("virtual-size", await sizeOf(format, readFileSync(path)));
    }
  },
);

const ORACLE = `
import base64, json, sys
from glance.common import format_inspector
for line in sys.stdin:
    name, data = json.loads(line)
    inspector = format_inspector.get_inspector(name)()
    data = base64.b64decode(data)
    chunks = (data[at:at + 65536] for at in range(0, len(data), 65536))
    wrapper = format_inspector.InfoWrapper(chunks, inspector)
    for _ in wrapper:
        pass
    try:
        print(inspector.format_match and inspector.virtual_size or 0)
    except Exception:
        print(0)
`;

test.skipIf(!runs("/usr/bin/python3", "-c", "import glance.common.format_inspector"))(
  "Glance's own inspectors see the same in whole, damaged and hostile headers",
  async () => {
    const cases: (readonly [string, Buffer])[] = [];
    const damaged = fc.tuple(
      fc.constantFrom(...formats),
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.array(fc.tuple(fc.nat({ max: 400 }), fc.uint8Array({ minLength: 1, maxLength: 8 })), {
        maxLength: 3,
      }),
    );
    for (const [format, size, places] of fc.sample(damaged, { numRuns: 150, seed: 20 })) {
      const data = DISK_HEADERS[format](BigInt(size) * 512n);
      for (const [at, bytes] of places) data.set(bytes.subarray(0, data.length - at), at);
      cases.push([format, data]);
    }
    const lines = cases.map(([format, data]) => JSON.stringify([format, data.toString("base64")])).join("\n");
    const told = execFileSync("/usr/bin/python3", ["-c", ORACLE], {
      input: lines,
      encoding: "utf8",
      maxBuffer: 64 * MB,
      stdio: ["pipe", "pipe", "ignore"],
    });
    const theirs = told.trim().split("\n").map(BigInt);
    expect(theirs).toHaveLength(cases.length);
    expect(theirs.filter((size) => size > 0n).length).toBeGreaterThan(20);
    for (const [index, [format, data]] of cases.entries()) {
      const size = theirs[index] ?? 0n;
      const known = size > 0n && size <= Number.MAX_SAFE_INTEGER ? Number(size) : null;
      expect(await sizeOf(format, data), `${format} ${data.toString("hex", 0, 64)}`).toBe(known);
    }
  },
);

function runs(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
