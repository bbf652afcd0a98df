import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, makeImage, tagsShown } from "../../testing/api.ts";
import { upload } from "../../testing/upload.ts";
import { startTestServer, tokenOf, type TestServer } from "../../testing/test-server.ts";

let server: TestServer;
let large: string;
let small: string;
beforeAll(async () => {
  server = await startTestServer();
  small = await makeImage(server, { disk_format: "raw", container_format: "bare" });
  large = await makeImage(server, { note: "some words, again and again. ".repeat(200), tags: ["a", "b"] });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Asks and gives the reply with its body as bytes. */
async function get(path: string, accepted: string | undefined, method = "GET", headers = {}) {
  // Nothing of a browser's: the header goes out as it is said, and the body stays as it came.
  return await new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
    (resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: server.port,
          path,
          method,
          headers: {
            "X-Auth-Token": tokenOf("ALPHA_MEMBER"),
            ...(accepted === undefined ? {} : { "Accept-Encoding": accepted }),
            ...headers,
          },
        },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on("data", (chunk: Buffer) => chunks.push(chunk));
          reply.on("end", () =>
            resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) }),
          );
        },
      );
      sent.on("error", reject);
      sent.end();
    },
  );
}

describe("a large JSON reply", () => {
  test.each(["gzip", "gzip, deflate, br", "*", "deflate;q=1, gzip;q=0.5", "identity;q=0.1, gzip", "GZIP"])(
    "goes out in gzip for Accept-Encoding: %s",
    async (accepted) => {
      for (const path of ["/v2/images", `/v2/images/${large}`, "/v2/schemas/image", "/openapi.json"]) {
        const [plain, zipped] = [await get(path, undefined), await get(path, accepted)];
        expect(zipped.headers["content-encoding"], path).toBe("gzip");
        expect(zipped.headers["content-length"]).toBe(String(zipped.body.length));
        expect(zipped.headers["content-type"]).toBe("application/json");
        expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
        expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
      }
    },
  );

  test.each([
    undefined,
    "",
    "identity",
    "gzip;q=0",
    "*;q=0",
    "*;q=0, identity",
    "identity, gzip;q=0.5",
    "br",
    "deflate",
    "gzip;q=0, *",
    "identity;q=0",
  ])("goes out plain for Accept-Encoding: %s", async (accepted) => {
    for (const path of ["/v2/images", `/v2/images/${large}`, "/openapi.json"]) {
      const reply = await get(path, accepted);
      expect([reply.status, reply.headers["content-encoding"]], path).toEqual([200, undefined]);
      expect(() => JSON.parse(reply.body.toString())).not.toThrow();
    }
  });

  test("tells caches that it depends on Accept-Encoding, in either form", async () => {
    for (const accepted of [undefined, "gzip"]) {
      expect((await get("/v2/images", accepted)).headers["vary"]).toBe("X-Auth-Token, Accept-Encoding");
      expect((await get("/openapi.json", accepted)).headers["vary"]).toBe("Accept-Encoding");
    }
  });

  test("has an entity tag of its own in each form, and either is known again", async () => {
    for (const path of [`/v2/images/${large}`, "/openapi.json"]) {
      const plain = (await get(path, undefined)).headers["etag"];
      const zipped = (await get(path, "gzip")).headers["etag"];
      expect(zipped).not.toBe(plain);
      for (const known of [plain, zipped]) {
        for (const sent of [known, `W/${String(known)}`, `"x", ${String(known)}`]) {
          const reply = await get(path, "gzip", "GET", { "If-None-Match": sent });
          expect([reply.status, reply.headers["etag"], reply.body.length]).toEqual([304, known, 0]);
        }
      }
    }
  });

  test("read in gzip can be changed by its entity tag", async () => {
    const { headers } = await get(`/v2/images/${large}`, "gzip");
    const change = async () =>
      await ask(server, "PATCH", `/v2/images/${large}`, {
        headers: [
          ["If-Match", String(headers["etag"])],
          ["Content-Type", "application/openstack-images-v2.1-json-patch"],
        ],
        body: '[{"op":"replace","path":"/tags","value":["c"]}]',
      });
    expect((await change()).status).toBe(200);
    expect((await change()).status).toBe(412);
    expect(await tagsShown(server, large)).toEqual(["c"]);
  });

  test("is told of by HEAD as by GET", async () => {
    for (const path of ["/v2/images", `/v2/images/${large}`, "/openapi.json"]) {
      const [get_, head] = [await get(path, "gzip"), await get(path, "gzip", "HEAD")];
      expect([head.status, head.body.length], path).toEqual([200, 0]);
      for (const name of ["content-encoding", "content-length", "content-type", "etag", "vary"])
        expect(head.headers[name], `${path} ${name}`).toBe(get_.headers[name]);
    }
  });
});

test("a small reply, an error and an image's data go out as they are", async () => {
  await upload(server, small, "a".repeat(10_000));
  for (const path of [`/v2/images/${small}`, "/v2/images/absent", `/v2/images/${small}/file`]) {
    const reply = await get(path, "gzip");
    expect(reply.headers["content-encoding"], path).toBeUndefined();
  }
});

test("large replies to many at once all arrive whole", async () => {
  const replies = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => get("/v2/images", index % 2 === 0 ? "gzip" : undefined)),
  );
  const bodies = replies.map(({ headers, body }) =>
    (headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString(),
  );
  expect(new Set(bodies).size).toBe(1);
});
