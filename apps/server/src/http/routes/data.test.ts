import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import Database from "better-sqlite3";
import { ask, errorIn, makeImage, type ApiRequest } from "../../testing/api.ts";
import { asOrdinaryUser } from "../../testing/as-ordinary-user.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { addMember } from "../../testing/make-image.ts";
import { DISK_HEADERS } from "../../testing/disk-headers.ts";
import { startTestServer, type CallerName, type TestServer } from "../../testing/test-server.ts";
import { beginUpload, READY, shown, untilStatus, upload } from "../../testing/upload.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const download = (imageId: string, request?: ApiRequest) =>
  ask(server, "GET", `/v2/images/${imageId}/file`, request);
const range = (value: string): ApiRequest => ({ headers: [["Range", value]] });

/** The files of the data folder, without the mark of its use. */
const filesOf = ({ dataFolder }: TestServer): string[] =>
  readdirSync(dataFolder).filter((name) => !name.startsWith(".in-use."));

/** Makes an image with data. */
async function imageWith(data: string, as: CallerName = "ALPHA_MEMBER", said = {}): Promise<string> {
  const imageId = await makeImage(server, { ...READY, ...said }, as);
  expect(await upload(server, imageId, data, as)).toEqual({ status: 204, body: "" });
  return imageId;
}

/** Changes a row of the database as another program does. */
function inDatabase({ databasePath }: TestServer, sql: string, ...values: string[]): void {
  const database = new Database(databasePath);
  database.prepare(sql).run(...values);
  database.close();
}

const setStatus = (imageId: string, status: string): void =>
  inDatabase(server, "UPDATE images SET status = ? WHERE id = ?", status, imageId);

function locationsOf(imageId: string): unknown[] {
  const database = new Database(server.databasePath, { readonly: true });
  const rows = database.prepare("SELECT * FROM image_locations WHERE image_id = ?").all(imageId);
  database.close();
  return rows;
}

describe("an upload", () => {
  it("makes a queued image active, with its size and hashes, and what is downloaded is what was sent", async () => {
    const data = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    const imageId = await makeImage(server, READY);
    const before = await shown(server, imageId);
    expect(before).toMatchObject({ status: "queued", size: null, checksum: null, os_hash_algo: null });

    expect(await upload(server, imageId, data)).toEqual({ status: 204, body: "" });

    const md5 = createHash("md5").update(data).digest("hex");
    const after = await shown(server, imageId);
    expect(after).toEqual({
      ...before,
      status: "active",
      size: 300_000,
      virtual_size: 300_000,
      checksum: md5,
      os_hash_algo: "sha512",
      os_hash_value: createHash("sha512").update(data).digest("hex"),
      updated_at: after["updated_at"],
    });
    const response = await fetch(`${server.url}/v2/images/${imageId}/file`, {
      headers: { "X-Auth-Token": "alpha_member" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("content-length")).toBe("300000");
    expect(response.headers.get("content-md5")).toBe(md5);
    expect(Buffer.from(await response.arrayBuffer()).equals(data)).toBe(true);
  });

  it("writes the location as Glance does, and the data into one file that only the server may read", async () => {
    const imageId = await imageWith("hello");
    const file = join(server.dataFolder, `${imageId}.img`);
    expect(readFileSync(file, "utf8")).toBe("hello");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(locationsOf(imageId)).toMatchObject([
      { value: `file://${file}`, meta_data: "{}", status: "active", deleted: 0, deleted_at: null },
    ]);
  });

  it("may come in chunks of unknown number, or be empty", async () => {
    const chunked = await makeImage(server, READY);
    const begun = beginUpload(server, chunked);
    for (const part of ["hel", "lo"]) begun.request.write(part);
    begun.request.end();
    expect((await begun.reply).status).toBe(204);
    expect((await download(chunked)).body).toBe("hello");

    const empty = await imageWith("");
    expect(await shown(server, empty)).toMatchObject({ status: "active", size: 0, virtual_size: null });
    expect(await download(empty)).toMatchObject({
      status: 200,
      headers: { "content-length": "0" },
      body: "",
    });
  });

  it("says how long the disk is that a qcow2, vmdk, vhd, vhdx or vdi holds, and nothing where no header does", async () => {
    for (const [format, make] of Object.entries(DISK_HEADERS)) {
      const imageId = await makeImage(server, { ...READY, disk_format: format });
      const { request, reply } = beginUpload(server, imageId);
      request.end(make(1_048_576n));
      expect((await reply).status).toBe(204);
      expect(await shown(server, imageId), format).toMatchObject({ virtual_size: 1_048_576 });
    }
    const other = await imageWith("hello", "ALPHA_MEMBER", { disk_format: "qcow2" });
    expect(await shown(server, other)).toMatchObject({ size: 5, virtual_size: null });
  });

  it("is `saving` while it lasts: no second one gets through, there is nothing to download, the rest goes on", async () => {
    const imageId = await makeImage(server, READY);
    const first = beginUpload(server, imageId, { length: 10 });
    first.request.write("hello");
    await untilStatus(server, imageId, "saving");

    const second = await upload(server, imageId, "other");
    expect(second.status).toBe(409);
    expect(second.body).toContain("Image status transition from saving to saving is not allowed");
    expect((await download(imageId)).status).toBe(204);
    expect((await ask(server, "PUT", `/v2/images/${imageId}/tags/meanwhile`)).status).toBe(204);

    first.request.end("world");
    expect((await first.reply).status).toBe(204);
    expect((await download(imageId)).body).toBe("helloworld");
    expect(await shown(server, imageId)).toMatchObject({ status: "active", tags: ["meanwhile"] });
  });

  it("of 16 at once gets through once, and all of it is that one's", async () => {
    const imageId = await makeImage(server, READY);
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        upload(server, imageId, String.fromCharCode(97 + index).repeat(70_000)),
      ),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([204, ...Array(15).fill(409)]);
    const winner = replies.findIndex(({ status }) => status === 204);
    expect((await download(imageId)).body).toBe(String.fromCharCode(97 + winner).repeat(70_000));
    expect(filesOf(server).filter((name) => name.startsWith(imageId))).toEqual([`${imageId}.img`]);
  });

  it("that breaks off leaves the image queued and nothing on the disk, and can be made again", async () => {
    const imageId = await makeImage(server, READY);
    const broken = beginUpload(server, imageId, { length: 1_000_000 });
    broken.reply.catch(() => undefined);
    broken.request.on("error", () => undefined);
    broken.request.write("x".repeat(500_000));
    await untilStatus(server, imageId, "saving");
    broken.request.destroy();
    await untilStatus(server, imageId, "queued");

    expect(await shown(server, imageId)).toMatchObject({ size: null, checksum: null, os_hash_value: null });
    await expect.poll(() => filesOf(server).filter((name) => name.startsWith(imageId))).toEqual([]);
    expect((await upload(server, imageId, "whole")).status).toBe(204);
    expect((await download(imageId)).body).toBe("whole");
  });

  it("whose image is deleted meanwhile is 410, and nothing stays on the disk", async () => {
    const imageId = await makeImage(server, READY);
    const begun = beginUpload(server, imageId, { length: 10 });
    begun.request.write("hello");
    await untilStatus(server, imageId, "saving");
    expect((await ask(server, "DELETE", `/v2/images/${imageId}`)).status).toBe(204);
    begun.request.end("world");
    const { status, body } = await begun.reply;
    expect(status).toBe(410);
    expect(body).toContain(`Image ${imageId} could not be found after upload.`);
    expect(filesOf(server).filter((name) => name.startsWith(imageId))).toEqual([]);
  });

  it.each([
    ["application/json", "The request media type application/json is not supported by this server."],
    [
      "application/octet-streams",
      "The request media type application/octet-streams is not supported by this server.",
    ],
    [undefined, "The request has no media type; it must be application/octet-stream."],
  ])("of the media type %s is 415, and names the right one", async (type, message) => {
    const imageId = await makeImage(server, READY);
    const reply = await ask(server, "PUT", `/v2/images/${imageId}/file`, {
      body: "hello",
      headers: type === undefined ? [] : [["Content-Type", type]],
    });
    expect(reply).toMatchObject({ status: 415, headers: { accept: "application/octet-stream" } });
    const reason = "unsupported-media-type";
    expect(errorIn(reply)).toEqual({ code: 415, title: "Unsupported Media Type", message, reason });
    expect(await shown(server, imageId)).toMatchObject({ status: "queued" });
  });

  it.each(["application/octet-stream; charset=binary", "Application/Octet-Stream"])(
    "of the media type %s is taken",
    async (type) => {
      const imageId = await makeImage(server, READY);
      const headers = [["Content-Type", type]] as const;
      expect((await ask(server, "PUT", `/v2/images/${imageId}/file`, { body: "x", headers })).status).toBe(
        204,
      );
    },
  );

  it.each([
    [{ disk_format: "raw" }, "Property container_format must be set prior to saving data."],
    [{ container_format: "bare" }, "Property disk_format must be set prior to saving data."],
    [{}, "Properties disk_format, container_format must be set prior to saving data."],
  ])("to an image of which only %j is set is 400 and says what is missing", async (said, message) => {
    const imageId = await makeImage(server, said);
    const { status, body } = await upload(server, imageId, "hello");
    expect([status, JSON.parse(body).error.message]).toEqual([400, message]);
    expect(await shown(server, imageId)).toMatchObject({ status: "queued" });
  });

  it.each(["active", "deactivated", "importing"])("to an image that is %s is 409", async (status) => {
    const imageId = await imageWith("hello");
    setStatus(imageId, status);
    const reply = await upload(server, imageId, "other");
    expect(reply.status).toBe(409);
    expect(reply.body).toContain(`Image status transition from ${status} to saving is not allowed`);
    setStatus(imageId, "active");
    expect((await download(imageId)).body).toBe("hello");
  });

  it("that is refused leaves no file, however often", async () => {
    const before = filesOf(server);
    const imageId = await makeImage(server);
    for (const as of ["ALPHA_MEMBER", "ALPHA_READER", "BETA_MEMBER"] as const) {
      expect((await upload(server, imageId, "x".repeat(200_000), as)).status).toBeGreaterThanOrEqual(400);
    }
    expect(filesOf(server)).toEqual(before);
  });

  it("to a place that cannot be written is 503, and the image stays queued", async () => {
    await using own = await startTestServer();
    const imageId = await makeImage(own, READY);
    const folder = own.dataFolder;
    chmodSync(folder, 0o500);
    try {
      const reply = await asOrdinaryUser(() => upload(own, imageId, "hello"));
      expect(reply.status).toBe(503);
    } finally {
      chmodSync(folder, 0o700);
    }
    expect(await shown(own, imageId)).toMatchObject({ status: "queued" });
    expect((await upload(own, imageId, "hello")).status).toBe(204);
  });
});

describe("a download", () => {
  it("of an image without data is 204", async () => {
    const imageId = await makeImage(server, READY);
    for (const method of ["GET", "HEAD"]) {
      expect(await ask(server, method, `/v2/images/${imageId}/file`, range("bytes=0-1"))).toMatchObject({
        status: 204,
        body: "",
      });
    }
  });

  it("by HEAD tells of the data without it", async () => {
    const imageId = await imageWith("hello world");
    const head = await ask(server, "HEAD", `/v2/images/${imageId}/file`, range("bytes=0-4"));
    expect(head).toMatchObject({ status: 200, body: "" });
    expect(head.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": "11",
      "content-md5": "5eb63bbbe01eeed093cb22bb8f5acdc3",
    });
  });

  it("of a part says which part it is", async () => {
    const imageId = await imageWith("hello world");
    const reply = await download(imageId.toUpperCase(), range("bytes=4-6"));
    expect(reply).toMatchObject({ status: 206, body: "o w" });
    expect(reply.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-range": "bytes 4-6/11",
      "content-length": "3",
      "content-md5": "5eb63bbbe01eeed093cb22bb8f5acdc3",
    });
  });

  it("of a part that there is not is 416 and tells how much there is", async () => {
    const imageId = await imageWith("hello world");
    const reply = await download(imageId, range("bytes=11-"));
    expect(reply).toMatchObject({ status: 416, headers: { "content-range": "bytes */11" } });
    expect(errorIn(reply).message).toBe(
      "Invalid start position in Range header. Start position MUST be in the inclusive range [0, 10].",
    );
    expect((await download(imageId, range("bytes=0-1,4-5"))).status).toBe(400);
  });

  it("of a deactivated image is for an admin alone", async () => {
    const imageId = await imageWith("hello");
    setStatus(imageId, "deactivated");
    for (const as of ["ALPHA_MEMBER", "ALPHA_READER"] as const) {
      const reply = await download(imageId, { as });
      expect(reply.status).toBe(403);
      expect(errorIn(reply).message).toBe(
        "The requested image has been deactivated. Image data download is forbidden.",
      );
    }
    expect(await download(imageId, { as: "ADMIN" })).toMatchObject({ status: 200, body: "hello" });
    expect((await download(imageId, { as: "BETA_MEMBER" })).status).toBe(404);
  });

  it("goes on when the image is deleted meanwhile", async () => {
    const imageId = await imageWith("x".repeat(5_000_000));
    const response = await fetch(`${server.url}/v2/images/${imageId}/file`, {
      headers: { "X-Auth-Token": "alpha_member" },
    });
    expect((await ask(server, "DELETE", `/v2/images/${imageId}`)).status).toBe(204);
    expect((await response.arrayBuffer()).byteLength).toBe(5_000_000);
    expect((await download(imageId)).status).toBe(404);
  });

  it("of data that has lost its end is 503 and is logged, not a cut-off 200", async () => {
    const imageId = await imageWith("hello world");
    truncateSync(join(server.dataFolder, `${imageId}.img`), 5);
    expect(await download(imageId)).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(server.logged()).toContain(`The data of image ${imageId} has 5 bytes, not 11.`);
  });
});

describe("who may", () => {
  const CALLERS = [
    "ADMIN",
    "ALPHA_MEMBER",
    "ALPHA_READER",
    "ALPHA_OBSERVER",
    "BETA_MEMBER",
    "BETA_READER",
  ] as const;

  // Recorded from Glance 25.1 with its secure RBAC defaults.
  it.each([
    ["private", [200, 200, 403, 404, 404, 404], [409, 409, 403, 404, 404, 404]],
    ["shared", [200, 200, 403, 404, 404, 404], [409, 409, 403, 404, 404, 404]],
    ["shared with beta", [200, 200, 403, 404, 200, 403], [409, 409, 403, 404, 403, 403]],
    ["community", [200, 200, 403, 404, 200, 403], [409, 409, 403, 404, 403, 403]],
    ["public", [200, 200, 403, 404, 200, 403], [409, 409, 403, 404, 403, 403]],
  ])("download and upload an image that is %s", async (kind, downloads, uploads) => {
    const [visibility = ""] = kind.split(" ");
    const imageId = await makeImage(server, READY);
    // Only an admin could have made it public, and then it would be the admin's.
    inDatabase(server, "UPDATE images SET visibility = ? WHERE id = ?", visibility, imageId);
    if (kind === "shared with beta") addMember(server.databasePath, imageId, "beta", "pending");
    expect((await upload(server, imageId, "hello", "ALPHA_MEMBER")).status).toBe(204);

    const got = await Promise.all(CALLERS.map((as) => download(imageId, { as })));
    expect(got.map(({ status }) => status)).toEqual(downloads);
    const put = await Promise.all(CALLERS.map((as) => upload(server, imageId, "other", as)));
    expect(put.map(({ status }) => status)).toEqual(uploads);
    for (const { status, body } of [...got, ...put]) {
      if (status === 404) expect(JSON.parse(body).error.message).toBe(`No image found with ID ${imageId}`);
      if (status === 403)
        expect(JSON.parse(body).error.message).toMatch(
          /^You are not authorized to complete (up|down)load_image action\.$/,
        );
    }
  });

  it("is not told whether an unknown image is none: 404; and without a token 401", async () => {
    expect((await download("none")).status).toBe(404);
    expect((await upload(server, "none", "x")).status).toBe(404);
    const imageId = await imageWith("hello");
    expect((await download(imageId, { as: "NOBODY" })).status).toBe(401);
  });

  it("another method: 405, with those that there are", async () => {
    const imageId = await makeImage(server, READY);
    const reply = await ask(server, "DELETE", `/v2/images/${imageId}/file`);
    expect(reply.status).toBe(405);
    expect(reply.headers["allow"]?.split(", ").toSorted()).toEqual(["GET", "HEAD", "PUT"]);
  });
});

describe("a deletion", () => {
  it("removes the data of an image, and marks its location", async () => {
    const imageId = await imageWith("hello");
    expect(filesOf(server)).toContain(`${imageId}.img`);
    expect((await ask(server, "DELETE", `/v2/images/${imageId.toUpperCase()}`)).status).toBe(204);
    expect(filesOf(server)).not.toContain(`${imageId}.img`);
    expect(locationsOf(imageId)).toMatchObject([{ status: "deleted", deleted: 1 }]);
  });

  it("that is refused leaves the data", async () => {
    const imageId = await imageWith("hello", "ALPHA_MEMBER", { protected: true });
    expect((await ask(server, "DELETE", `/v2/images/${imageId}`)).status).toBe(403);
    expect((await download(imageId)).body).toBe("hello");
  });
});

describe("an image whose data lies in Glance's own store", () => {
  it("is neither downloaded nor deleted here, and its file is not touched", async () => {
    await using glance = await startTestServer({ copyOf: GLANCE_FILE });
    const imageId = await makeImage(glance, READY);
    expect((await upload(glance, imageId, "hello")).status).toBe(204);
    const elsewhere = "file:///var/lib/glance/images/a";
    inDatabase(glance, "UPDATE image_locations SET value = ? WHERE image_id = ?", elsewhere, imageId);
    for (const method of ["GET", "DELETE"]) {
      const path = `/v2/images/${imageId}${method === "GET" ? "/file" : ""}`;
      const reply = await ask(glance, method, path);
      expect(reply.status).toBe(409);
      expect(errorIn(reply).message).toContain("has data in Glance's store");
    }
    expect(filesOf(glance)).toEqual([`${imageId}.img`]);
    expect(await shown(glance, imageId)).toMatchObject({ status: "active" });
  });
});
