import { versionsAt } from "@imagetags/contract";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"];
const anonymous = { as: "NOBODY" } as const;

describe("the versions", () => {
  it.each([
    ["/", 300],
    ["/?a=b", 300],
    ["/images", 300],
    ["/images/42", 300],
    ["/versions", 200],
    ["/versions/", 200],
    ["/versions/v2", 200],
    ["/versions?a=b", 200],
  ])("are told at %s with %i to any method, without a token and whatever the body", async (path, status) => {
    for (const method of METHODS) {
      const reply = await ask(server, method, path, {
        ...anonymous,
        ...(method === "GET" ? {} : { body: "{" }),
      });
      expect([reply.status, jsonOf(reply)], method).toEqual([status, versionsAt("http://127.0.0.1")]);
    }
    const head = await ask(server, "HEAD", path, anonymous);
    expect([head.status, head.body]).toEqual([status, ""]);
  });

  it("are asked for by the method that the log says", async () => {
    await using own = await startTestServer();
    await ask(own, "DELETE", "/versions", anonymous);
    await expect.poll(own.logged).toContain('"method":"DELETE","path":"/versions","status":200');
  });
});

describe("the links in replies", () => {
  it("name what the request named", async () => {
    const reply = await ask(server, "POST", "/v2/images", {
      body: '{"id":"5a2a6b4e-0b1c-4c63-9f5e-1a3c5b7d9e0f"}',
    });
    expect(reply.headers["location"]).toBe("http://127.0.0.1/v2/images/5a2a6b4e-0b1c-4c63-9f5e-1a3c5b7d9e0f");
  });

  it("name IMAGETAGS_PUBLIC_URL where it is set", async () => {
    const env = { IMAGETAGS_PUBLIC_URL: "https://cloud.example.org/image/" };
    await using own = await startTestServer({ env });
    const base = "https://cloud.example.org/image";
    const refused = await ask(own, "GET", "/v2/images", anonymous);
    expect(refused.headers["www-authenticate"]).toBe(`Keystone uri="${base}"`);
    for (const path of ["/", "/versions", "/images"]) {
      expect(jsonOf(await ask(own, "GET", path, anonymous))).toEqual(versionsAt(base));
    }
    const made = await ask(own, "POST", "/v2/images", {
      body: '{"id":"5a2a6b4e-0b1c-4c63-9f5e-1a3c5b7d9e0f"}',
    });
    expect(made.headers["location"]).toBe(`${base}/v2/images/5a2a6b4e-0b1c-4c63-9f5e-1a3c5b7d9e0f`);
  });
});

describe("/healthcheck", () => {
  it.each([...METHODS.slice(0, -1), "OPTIONS", "HEAD"])("answers %s, without a token", async (method) => {
    for (const headers of [[], [["Accept", "application/vnd.openstack.images-v2"]] as const]) {
      const reply = await ask(server, method, "/healthcheck?a", { ...anonymous, headers });
      expect(reply.status).toBe(200);
      expect(reply.headers["content-type"]).toBe("text/plain; charset=utf-8");
      expect(reply.body).toBe(method === "HEAD" ? "" : "OK");
    }
  });

  it("answers whoever has a copy already, too", async () => {
    for (const headers of [
      [["If-None-Match", "*"]],
      [["If-Modified-Since", "Fri, 01 Jan 2999 00:00:00 GMT"]],
    ] as const) {
      const reply = await ask(server, "GET", "/healthcheck", { ...anonymous, headers });
      expect([reply.status, reply.body]).toEqual([200, "OK"]);
    }
  });

  it("answers 503 when the database does not", async () => {
    await using own = await startTestServer();
    const image = await makeImage(own);
    const file = new Database(own.databasePath);
    file.exec("ALTER TABLE images RENAME TO elsewhere");
    for (const method of ["GET", "OPTIONS", "POST"]) {
      // What is known of the database is good for a moment.
      await expect.poll(async () => (await ask(own, method, "/healthcheck", anonymous)).status).toBe(503);
      const reply = await ask(own, method, "/healthcheck", anonymous);
      expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
      expect(errorIn(reply).message).toBe("The database is not available just now. Please try again.");
    }
    file.exec("ALTER TABLE elsewhere RENAME TO images");
    file.close();
    await expect.poll(async () => (await ask(own, "GET", "/healthcheck", anonymous)).body).toBe("OK");
    expect((await ask(own, "GET", `/v2/images/${image}`)).status).toBe(200);
  });

  it("is that path only", async () => {
    for (const path of ["/healthcheck/", "/Healthcheck", "/healthcheck/x"]) {
      expect((await ask(server, "GET", path, anonymous)).status).toBe(404);
    }
    expect((await ask(server, "GET", "/v2/healthcheck")).status).toBe(404);
  });
});

describe.each(["/v2/schemas/image", "/v2/schemas/images", "/v2/schemas/member", "/v2/schemas/members"])(
  "%s",
  (path) => {
    it("answers GET and HEAD of whoever has a token, under any version", async () => {
      const reply = await ask(server, "GET", path, { as: "BETA_READER" });
      expect(jsonOf(reply)).toHaveProperty("name", path.split("/").at(-1));
      expect((await ask(server, "HEAD", path)).status).toBe(200);
      expect((await ask(server, "GET", path.replace("v2", "v2.0"))).body).toBe(reply.body);
      expect((await ask(server, "GET", path, anonymous)).status).toBe(401);
    });

    it.each(["POST", "PUT", "PATCH", "DELETE"])("does not answer %s", async (method) => {
      const reply = await ask(server, method, path, { body: "{}" });
      expect([reply.status, reply.headers["allow"]]).toEqual([405, "GET, HEAD"]);
    });
  },
);

it("the versions are those of a Glance with one store and no cache, and each address of them is served", async () => {
  const { versions } = versionsAt(server.url);
  expect(versions.map(({ id }) => id)).toEqual([
    "v2.15",
    "v2.9",
    "v2.7",
    "v2.6",
    "v2.5",
    "v2.4",
    "v2.3",
    "v2.2",
    "v2.1",
    "v2.0",
  ]);
  expect(versions.map(({ status }) => status)).toEqual([
    "CURRENT",
    ...versions.slice(1).map(() => "SUPPORTED"),
  ]);
  for (const { id } of versions) expect((await ask(server, "GET", `/${id}/images`)).status, id).toBe(200);
});

it("an upload that names a store is refused, for there is none to name, and the image stays as it was", async () => {
  const image = await makeImage(server, { disk_format: "raw", container_format: "bare" });
  const reply = await ask(server, "PUT", `/v2/images/${image}/file`, {
    headers: [
      ["Content-Type", "application/octet-stream"],
      ["X-Image-Meta-Store", "fast"],
    ],
    body: "data",
  });
  expect([reply.status, errorIn(reply).reason]).toEqual([400, "unknown-store"]);
  expect(errorIn(reply).message).toContain("fast");
  const shown = jsonOf(await ask(server, "GET", `/v2/images/${image}`));
  expect(shown).toMatchObject({ status: "queued" });
  expect(shown).not.toHaveProperty("stores");
});

describe.each([
  ["import", 200],
  ["stores", 404],
  ["usage", 200],
])("/v2/info/%s", (name, status) => {
  it("answers GET of whoever has a token", async () => {
    expect((await ask(server, "GET", `/v2/info/${name}`, { as: "ALPHA_OBSERVER" })).status).toBe(status);
    expect((await ask(server, "GET", `/v2/info/${name}`, anonymous)).status).toBe(401);
    const reply = await ask(server, "POST", `/v2/info/${name}`);
    expect([reply.status, reply.headers["allow"]]).toEqual([405, "GET, HEAD"]);
  });
});
