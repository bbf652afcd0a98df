import { describe, expect, test } from "vitest";
import { addTag } from "./add-tag.ts";
import type { ErrorReason } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { listTags } from "./list-tags.ts";
import {
  ImageNotFoundError,
  RefusedError,
  TagAlteredError,
  TagUnreachableError,
} from "../errors/refusal-errors.ts";
import { removeTag } from "./remove-tag.ts";
import { startTestImages } from "../testing/test-images.ts";
import {
  errorOf,
  json,
  noContent,
  rejection,
  startTestServer,
  text,
  type Answer,
} from "../testing/test-server.ts";

const callsOf = (client: Client) => [
  () => removeTag(client, "i", "t"),
  () => addTag(client, "i", "t"),
  () => listTags(client, "i"),
];
const quick = { retry: { firstDelayMs: 1 } };

describe.each(["imagetags", "glance"] as const)("against a server like %s", (like) => {
  test("a tag is removed, and is absent afterwards", async () => {
    await using service = await startTestImages([{ id: "i", tags: ["a/b", "é"] }], { like });
    const client = service.client();
    expect(await removeTag(client, "i", "a/b")).toEqual({ outcome: "removed", attempts: 1 });
    expect(await removeTag(client, "i", "a/b")).toEqual({ outcome: "alreadyAbsent", attempts: 1 });
    expect(await listTags(client, "i")).toEqual(["é"]);
  });

  test("a tag that stands is not taken for another", async () => {
    await using service = await startTestImages([{ id: "i", tags: ["Prod"] }], { like });
    expect(await removeTag(service.client(), "i", "prod")).toMatchObject({ outcome: "alreadyAbsent" });
    expect(service.images).toEqual([{ id: "i", tags: ["Prod"] }]);
  });

  test("an image that is not there is told from a tag that is not", async () => {
    await using service = await startTestImages([], { like });
    const client = service.client();
    for (const call of callsOf(client)) {
      const error = await rejection(call());
      expect(error).toBeInstanceOf(ImageNotFoundError);
      expect(error).toMatchObject({ code: "IMAGE_NOT_FOUND", image: "i", message: "There is no image i." });
    }
  });

  test("a removal whose answer is lost was done, and is no failure", async () => {
    let lost = 0;
    await using service = await startTestImages([{ id: "i", tags: ["t"] }], {
      like,
      instead: ({ method }) => {
        if (method !== "DELETE" || lost > 0) return undefined;
        lost += 1;
        return (response) => {
          service.images[0]?.tags.pop();
          response.destroy();
        };
      },
    });
    expect(await removeTag(service.client(quick), "i", "t")).toEqual({
      outcome: "alreadyAbsent",
      attempts: 2,
    });
  });

  test("a tag that the server cannot take in a URL is not said to be absent", async () => {
    const missing = (response: Parameters<Answer>[0]) => response.writeHead(404).end("404 Not Found");
    await using service = await startTestImages([{ id: "i", tags: ["a/b"] }], {
      like,
      instead: ({ method }) => (method === "DELETE" ? missing : undefined),
    });
    const error = await rejection(removeTag(service.client(), "i", "a/b"));
    expect(error).toBeInstanceOf(TagUnreachableError);
    expect(error).toMatchObject({ code: "TAG_UNREACHABLE", imageId: "i", tag: "a/b" });
  });

  test("a tag is added once, however often", async () => {
    await using service = await startTestImages([{ id: "i", tags: [] }], { like });
    expect(await addTag(service.client(), "i", "t")).toEqual({ attempts: 1 });
    expect(await addTag(service.client(), "i", "t")).toEqual({ attempts: 1 });
    expect(service.images).toEqual([{ id: "i", tags: ["t"] }]);
  });
});

describe("a server that takes UTF-8 in a URL for Latin-1", () => {
  const asLatin1 = (tag: string) => Buffer.from(tag).toString("latin1");
  const misreading = (tags: string[]) =>
    startTestImages([{ id: "i", tags }], { like: "glance", readTag: asLatin1 });

  test.each(["é", "日本", "a👩b"])("is not believed that it added %s", async (tag) => {
    await using service = await misreading(["t"]);
    const client = service.client();
    const error = await rejection(addTag(client, "i", tag));
    expect(error).toBeInstanceOf(TagAlteredError);
    expect(error).toMatchObject({ code: "TAG_ALTERED", imageId: "i", tag, stored: asLatin1(tag) });
    expect(await removeTag(client, "i", tag)).toMatchObject({ outcome: "removed" });
    expect(service.images).toEqual([{ id: "i", tags: ["t"] }]);
  });

  test("is believed of ASCII, without a second request", async () => {
    await using service = await misreading([]);
    await addTag(service.client(), "i", "a/b");
    expect(service.arrivals).toHaveLength(1);
  });

  test("does not make a tag that somebody else removes meanwhile an altered one", async () => {
    await using service = await startTestImages([{ id: "i", tags: [] }], {
      instead: ({ method }) => (method === "PUT" ? noContent : undefined),
    });
    expect(await addTag(service.client(), "i", "é")).toEqual({ attempts: 1 });
  });
});

describe("a refusal is the same error in every form:", () => {
  const message = "You are not authorized to complete modify_image action.";
  const forms: [string, Answer, number | string][] = [
    ["an imagetags server's", json(403, { error: { code: 403, title: "Forbidden", message } }), 403],
    [
      "Glance's JSON",
      json(403, { message: `${message}<br /><br />\n`, code: "403 Forbidden", title: "Forbidden" }),
      403,
    ],
    ["Glance's HTML", text(403, "text/html", `<html><h1>403 Forbidden</h1>\n${message}<br /></html>`), 403],
    ["Glance's text", text(403, "text/plain", `403 Forbidden\n\n${message}\n\n   `), 403],
    ["the Image Management Service's", json(403, { error: { message, code: "IMG.0026" } }), "IMG.0026"],
    ["an API gateway's", json(403, { error_code: "APIGW.0302", error_msg: message }), "APIGW.0302"],
  ];

  test.each(forms)("%s", async (_, answer, errorCode) => {
    await using server = await startTestServer((response, arrival) => {
      response.setHeader("X-Openstack-Request-Id", "req-7");
      answer(response, arrival);
    });
    const client = server.client();
    for (const call of callsOf(client)) {
      const error = await rejection(call());
      expect(error).toBeInstanceOf(RefusedError);
      expect(error).toMatchObject({ code: "REFUSED", status: 403, errorCode, message, requestId: "req-7" });
    }
  });
});

test("the signal ends a removal before and while it runs", async () => {
  await using server = await startTestServer(() => {});
  const reason = new Error("The user left.");
  expect(await rejection(removeTag(server.client(), "i", "t", { signal: AbortSignal.abort(reason) }))).toBe(
    reason,
  );
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 20);
  expect(await rejection(removeTag(server.client(), "i", "t", { signal: controller.signal }))).toBe(reason);
});

describe("the reason of a 404, and not its words, tells", () => {
  const answered = (reason: ErrorReason) =>
    json(404, errorOf(404, "Not Found", "Image i has no tag t. Image i not found.", reason));

  test("a tag that is not there", async () => {
    await using server = await startTestServer(answered("no-such-tag"));
    expect(await removeTag(server.client(), "i", "t")).toEqual({ outcome: "alreadyAbsent", attempts: 1 });
    expect(server.arrivals).toHaveLength(1);
  });

  test("an image that is not there, without asking for it", async () => {
    await using server = await startTestServer(answered("no-such-image"));
    expect(await rejection(removeTag(server.client(), "i", "t"))).toBeInstanceOf(ImageNotFoundError);
    expect(server.arrivals).toHaveLength(1);
  });

  test("an address where no Image API is: that is no missing image", async () => {
    await using server = await startTestServer(answered("no-such-path"));
    for (const call of callsOf(server.client())) {
      const error = await rejection(call());
      expect(error).toBeInstanceOf(RefusedError);
      expect(error).toMatchObject({ status: 404, reason: "no-such-path" });
    }
  });
});
