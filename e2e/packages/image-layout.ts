import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** More compressed bytes than the image may have. */
const TOO_LARGE = 70_000_000;

const Descriptor = z.object({
  mediaType: z.string(),
  digest: z.templateLiteral(["sha256:", z.string()]),
  size: z.int(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const Index = z.object({ manifests: z.array(Descriptor) });
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });
const Config = z.object({
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
  config: z.object({
    User: z.string(),
    Env: z.array(z.string()),
    Entrypoint: z.array(z.string()),
    Volumes: z.record(z.string(), z.unknown()),
    ExposedPorts: z.record(z.string(), z.unknown()),
    Labels: z.record(z.string(), z.string()),
  }),
});

/** What a container of the image is told. */
export type ImageConfig = z.infer<typeof Config>["config"];

/** The digest of the one manifest of an OCI layout. */
export function digestOf(layout: string): string {
  const { manifests } = Index.parse(read(join(layout, "index.json")));
  assert.equal(manifests.length, 1, "one manifest");
  return manifests[0]?.digest ?? "";
}

/** Holds the layout to its own digests and to the limit of its size, and gives the configuration. */
export function checkLayout(layout: string, version: string): ImageConfig {
  const { manifests } = Index.parse(read(join(layout, "index.json")));
  assert.deepEqual(
    manifests.map(({ annotations }) => annotations?.["org.opencontainers.image.ref.name"]),
    [`imagetags:${version}`],
  );
  const manifest = Manifest.parse(JSON.parse(blob(layout, digestOf(layout)).toString()));
  const bytes = manifest.layers.map(({ digest, size, mediaType }) => {
    assert.match(mediaType, /\+gzip$/);
    assert.equal(blob(layout, digest).length, size);
    return size;
  });
  const sum = bytes.reduce((one, other) => one + other, 0);
  assert.ok(sum < TOO_LARGE, `${sum} bytes compressed`);
  console.log(`    the image has ${(sum / 1e6).toFixed(1)} MB compressed`);
  return Config.parse(JSON.parse(blob(layout, manifest.config.digest).toString())).config;
}

/** The digests of the layers of a layout as they are uncompressed. */
export function layersOf(layout: string): string[] {
  const { config } = Manifest.parse(JSON.parse(blob(layout, digestOf(layout)).toString()));
  return Config.parse(JSON.parse(blob(layout, config.digest).toString())).rootfs.diff_ids;
}

/** The bytes of a blob, which are what its name says. */
function blob(layout: string, digest: string): Buffer {
  const [algorithm = "", hash = ""] = digest.split(":");
  const bytes = readFileSync(join(layout, "blobs", algorithm, hash));
  assert.equal(createHash(algorithm).update(bytes).digest("hex"), hash, "a blob is what its name says");
  return bytes;
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
