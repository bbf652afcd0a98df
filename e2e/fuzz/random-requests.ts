import { CALLERS, json, newImage, patch, text } from "./values.ts";
import type { Random } from "./random.ts";

/** A request as it is written, and what is known of it. */
export interface Sent {
  readonly method: string;
  /** The target as it is written. */
  readonly target: string;
  readonly hasToken: boolean;
  /** Whether `Accept` asks for a version of the API, under which the target then stands. */
  readonly asksForVersion: boolean;
  readonly bytes: Buffer;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] as const;
const VERSION = "Accept: application/vnd.openstack.images-v2";
const PATCH_TYPE = "application/openstack-images-v2.1-json-patch";

interface Plan {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: Buffer;
}

/** A request of which some part is random; `images` are ids that there may be. */
export function randomRequest(random: Random, images: readonly string[], last = false): Sent {
  const plan = random.chance(0.85) ? likely(random, images) : unlikely(random, images);
  const token = random.chance(0.85) ? random.pick(CALLERS).token : undefined;
  const target = `${plan.path}${random.chance(0.15) ? `?${query(random)}` : ""}`;
  const head = [`${plan.method} ${target} HTTP/1.1`, "Host: fuzz", ...headers(random)];
  if (token !== undefined) head.push(`X-Auth-Token: ${token}`);
  if (plan.type !== undefined) head.push(`Content-Type: ${plan.type}`);
  if (last) head.push("Connection: close");
  return {
    method: plan.method,
    target,
    hasToken: token !== undefined,
    asksForVersion: head.includes(VERSION),
    bytes: withBody(random, head, plan.body),
  };
}

function withBody(random: Random, head: string[], body: Buffer | undefined): Buffer {
  if (body === undefined) return Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1");
  if (random.chance(0.2)) {
    const chunk = body.length === 0 ? "" : `${body.length.toString(16)}\r\n${body.toString("latin1")}\r\n`;
    head.push("Transfer-Encoding: chunked");
    return Buffer.from(`${head.join("\r\n")}\r\n\r\n${chunk}0\r\n\r\n`, "latin1");
  }
  head.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

/** A request that the API knows, with one part or another that it may refuse. */
function likely(random: Random, images: readonly string[]): Plan {
  const image = `/v2/images/${random.chance(0.9) ? (images[random.below(images.length)] ?? "none") : segment(random)}`;
  const tag = `${image}/tags/${random.chance(0.8) ? `t${random.below(20)}` : segment(random)}`;
  return random.oneOf<Plan>(
    () => ({ method: "GET", path: "/v2/images" }),
    () => ({ method: "POST", path: "/v2/images", type: "application/json", body: encoded(newImage(random)) }),
    () => ({ method: "GET", path: image }),
    () => ({ method: "PATCH", path: image, type: PATCH_TYPE, body: encoded(patch(random)) }),
    () => ({ method: random.chance(0.3) ? "DELETE" : "GET", path: image }),
    () => ({ method: random.pick(["PUT", "DELETE", "GET"]), path: tag }),
    () => ({ method: "GET", path: `${image}/tags` }),
    () => ({
      method: "PUT",
      path: `${image}/tags`,
      body: encoded({ tags: random.list(5, () => text(random)) }),
    }),
    () => ({
      method: random.pick(["GET", "POST"]),
      path: `${image}/members`,
      body: encoded({ member: "beta" }),
    }),
    () => ({ method: "PUT", path: `${image}/members/beta`, body: encoded({ status: "accepted" }) }),
    () => ({
      method: "PUT",
      path: `${image}/file`,
      type: "application/octet-stream",
      body: Buffer.alloc(random.below(5_000)),
    }),
    () => ({ method: "GET", path: `${image}/file` }),
    () => ({
      method: "GET",
      path: random.pick(["/healthcheck", "/versions", "/", "/v2/schemas/image", "/openapi.json"]),
    }),
  );
}

function unlikely(random: Random, images: readonly string[]): Plan {
  const { path, type } = likely(random, images);
  return {
    method: random.pick(METHODS),
    path: random.chance(0.5) ? path : `/${random.list(6, () => segment(random)).join("/")}`,
    ...(type !== undefined && { type }),
    ...(random.chance(0.5) && { body: random.chance(0.5) ? encoded(json(random)) : noise(random, 2_000) }),
  };
}

function encoded(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** A part of a path: well encoded, or of characters that a request line may have. */
function segment(random: Random): string {
  const written = text(random);
  if (random.chance(0.9) && written.isWellFormed()) return encodeURIComponent(written);
  return written.replaceAll(/[^\x21-\x7e]/g, "%");
}

function query(random: Random): string {
  const names = [
    "limit",
    "marker",
    "tag",
    "tags",
    "not-tags",
    "sort",
    "sort_key",
    "status",
    "p1",
    "x",
    "size_min",
  ];
  return random.list(5, () => `${random.pick(["name", ...names])}=${segment(random)}`).join("&");
}

function headers(random: Random): string[] {
  return random.list(2, () =>
    random.pick([
      'If-Match: "x"',
      "If-None-Match: *",
      "Range: bytes=0-9",
      "Range: bytes=-",
      VERSION,
      "X-Openstack-Request-Id: req-mine",
      `X-${"y".repeat(random.below(300))}: z`,
      "Cookie: a=b",
    ]),
  );
}

/** Random bytes. */
export function noise(random: Random, most: number): Buffer {
  return Buffer.from(random.list(most, () => random.below(256)));
}

/** The same bytes but for a few that are other, gone or new. */
export function damaged(random: Random, bytes: Buffer): Buffer {
  let result = bytes;
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    // The head decides most, so it is damaged more often.
    const at = random.below(Math.min(result.length, 400));
    const cut = random.below(3);
    result = Buffer.concat([result.subarray(0, at), noise(random, 3), result.subarray(at + cut)]);
  }
  return result;
}
