import { initContract } from "@ts-rest/core";
import { describe, expect, test } from "vitest";
import { accessTo } from "./access.ts";
import { deriveClient } from "./derive-client.ts";
import { UnexpectedReplyError } from "../errors/errors.ts";
import { createCallSender } from "./call-sender.ts";
import { checkRetry } from "./retry.ts";
import { wholeImage } from "../testing/test-images.ts";
import {
  errorOf,
  json,
  noContent,
  rejection,
  startTestServer,
  text,
  TOKEN,
  type Answer,
} from "../testing/test-server.ts";

const call = { params: { image_id: "i", tag: "t" } };
const target = "/v2/images/i/tags/t";

async function failedDelete(answer: Answer): Promise<unknown> {
  await using server = await startTestServer(answer);
  const error = await rejection(server.client().imageTags.delete(call));
  expect(error).toBeInstanceOf(UnexpectedReplyError);
  expect(error).toMatchObject({ code: "UNEXPECTED_REPLY", method: "DELETE", url: server.endpoint + target });
  return error;
}

describe("a reply that the contract declares", () => {
  test("204 has no body", async () => {
    await using server = await startTestServer();
    const reply = await server.client().imageTags.delete(call);
    expect(reply).toMatchObject({ status: 204 });
    expect(reply.body).toBeUndefined();
  });

  test("204 of Glance, which names a content type, has no body either", async () => {
    await using server = await startTestServer((response) =>
      response.writeHead(204, { "Content-Type": "text/html; charset=UTF-8" }).end(),
    );
    expect((await server.client().imageTags.delete(call)).body).toBeUndefined();
  });

  test("304 has no body", async () => {
    await using server = await startTestServer((response) => response.writeHead(304, { ETag: '"a"' }).end());
    const headers = { "if-none-match": '"a"' };
    const reply = await server.client().images.show({ params: { image_id: "i" }, headers });
    expect(server.arrivals[0]?.headers["if-none-match"]).toBe('"a"');
    expect([reply.status, reply.body, reply.headers.get("etag")]).toEqual([304, undefined, '"a"']);
  });

  test.each(["text/plain", "text/plain; charset=UTF-8", "Text/Plain;charset=utf-8"])(
    "of text that is labelled %s gives the text",
    async (contentType) => {
      await using server = await startTestServer(text(200, contentType, "OK"));
      expect(await server.client().health.check()).toMatchObject({ status: 200, body: "OK" });
    },
  );

  test.each([400, 401, 403, 404, 405, 412, 413, 500, 503])(
    "%i gives the error and the headers",
    async (status) => {
      const body = errorOf(status, "Title", "What happened.");
      await using server = await startTestServer((response) => {
        response.setHeader("X-Openstack-Request-Id", "req-1");
        json(status, body)(response);
      });
      const reply = await server.client().imageTags.delete(call);
      expect(reply).toMatchObject({ status, body });
      expect(reply.headers.get("x-openstack-request-id")).toBe("req-1");
    },
  );

  test.each(["application/json", "application/json; charset=UTF-8", "Application/JSON;charset=utf-8"])(
    "may be labelled %s",
    async (contentType) => {
      const body = errorOf(404, "Not Found", "No tag naïve 😀.");
      await using server = await startTestServer(text(404, contentType, JSON.stringify(body)));
      expect(await server.client().imageTags.delete(call)).toMatchObject({ status: 404, body });
    },
  );

  test("may have members that the contract does not know", async () => {
    const body = { error: { ...errorOf(404, "Not Found", "No.").error, details: [1] }, request_id: "r" };
    await using server = await startTestServer(json(404, body));
    expect(await server.client().imageTags.delete(call)).toMatchObject({
      status: 404,
      body: errorOf(404, "Not Found", "No."),
    });
  });

  test("keeps the properties of an image", async () => {
    const image = { ...wholeImage({ id: "i", tags: ["a"] }), status: "queued", hw_disk_bus: "scsi" };
    await using server = await startTestServer(json(200, image));
    const reply = await server.client().images.show({ params: { image_id: "i" } });
    expect(reply).toMatchObject({ status: 200, body: image });
  });

  test("300 of the version list is no redirect", async () => {
    const body = {
      versions: [{ id: "v2.16", status: "CURRENT", links: [{ rel: "self", href: "http://host/v2/" }] }],
    };
    await using server = await startTestServer((response) =>
      response
        .writeHead(300, { "Content-Type": "application/json", Location: "/v2/" })
        .end(JSON.stringify(body)),
    );
    expect(await server.client().versions.choices()).toMatchObject({ status: 300, body });
    expect(server.arrivals.map(({ target: path }) => path)).toEqual(["/"]);
  });
});

describe("a body that is sent", () => {
  test("is JSON", async () => {
    await using server = await startTestServer(json(200, { tags: ["a", "é"] }));
    await server.client().imageTags.replace({ params: { image_id: "i" }, body: { tags: ["é", "a"] } });
    expect(server.arrivals).toMatchObject([
      {
        method: "PUT",
        target: "/v2/images/i/tags",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: '{"tags":["é","a"]}',
      },
    ]);
  });

  test("has the media type that the route asks for", async () => {
    await using server = await startTestServer(json(404, errorOf(404, "Not Found", "No.")));
    await server.client().images.update({
      params: { image_id: "i" },
      body: [{ op: "add", path: "/tags", value: ["a"] }],
    });
    expect(server.arrivals).toMatchObject([
      {
        method: "PATCH",
        target: "/v2/images/i",
        headers: { "content-type": "application/openstack-images-v2.1-json-patch" },
        body: '[{"op":"add","path":"/tags","value":["a"]}]',
      },
    ]);
  });

  test("is not there where the route has none", async () => {
    await using server = await startTestServer();
    await server.client().imageTags.delete(call);
    await server.client().imageTags.add(call);
    for (const { headers, body } of server.arrivals) {
      expect(headers["content-type"]).toBeUndefined();
      expect(body).toBe("");
    }
  });
});

describe("a reply that the contract does not declare is an UnexpectedReplyError:", () => {
  const image = { params: { image_id: "i" } };

  async function failedList(answer: Answer): Promise<unknown> {
    await using server = await startTestServer(answer);
    const error = await rejection(server.client().imageTags.list(image));
    expect(error).toBeInstanceOf(UnexpectedReplyError);
    return error;
  }

  test("an HTML 200", async () => {
    const html = "<html>\n <head>\n  <title>Welcome</title>\n </head>\n</html>";
    expect(await failedList(text(200, "text/html; charset=UTF-8", html))).toMatchObject({
      status: 200,
      contentType: "text/html; charset=UTF-8",
      body: html,
      requestId: undefined,
      message: expect.stringMatching(/^GET http:.*\/tags: the body of the 200 is not JSON\.$/),
    });
  });

  test("the HTML 502 of a proxy, with the request id", async () => {
    const answer: Answer = (response) =>
      response
        .writeHead(502, { "Content-Type": "text/html", "X-Openstack-Request-Id": "req-7" })
        .end("<h1>502 Bad Gateway</h1>");
    expect(await failedDelete(answer)).toMatchObject({
      status: 502,
      body: "<h1>502 Bad Gateway</h1>",
      requestId: "req-7",
      message: expect.stringContaining("the status 502 is not in the contract (request id req-7)."),
    });
  });

  test.each([
    ["a list", "[]"],
    ["null", "null"],
    ["text", '"tags"'],
    ["an empty object", "{}"],
    ["cut off", '{"tags":["a"'],
    ["empty", ""],
  ])("a JSON 200 that is %s", async (_, body) => {
    expect(await failedList(text(200, "application/json", body))).toMatchObject({
      status: 200,
      contentType: "application/json",
      body,
    });
  });

  test("a body of the wrong shape, and where it is wrong", async () => {
    await using server = await startTestServer(json(200, { tags: ["a", 1] }));
    const error = await rejection(server.client().imageTags.list({ params: { image_id: "i" } }));
    expect(error).toMatchObject({
      status: 200,
      message: expect.stringContaining("the body of the 200 does not fit the contract: tags.1: "),
    });
  });

  test.each([
    ["text/html", "OK", "the body of the 200 is not text/plain"],
    ["text/plain", "Fine", "the body of the 200 does not fit the contract: "],
  ])("text labelled %s that says %s", async (contentType, body, problem) => {
    await using server = await startTestServer(text(200, contentType, body));
    const error = await rejection(server.client().health.check());
    expect(error).toMatchObject({ status: 200, body, message: expect.stringContaining(problem) });
  });

  test.each([
    ["application/problem+json", "{}"],
    ["application/jsonp", "{}"],
    ["text/plain", '{"tags":[]}'],
  ])("a 200 labelled %s", async (contentType, body) => {
    expect(await failedList(text(200, contentType, body))).toMatchObject({ status: 200, contentType, body });
  });

  test("a 200 without a content type", async () => {
    const answer: Answer = (response) => response.writeHead(200).end('{"tags":[]}');
    expect(await failedList(answer)).toMatchObject({ contentType: undefined, body: '{"tags":[]}' });
  });

  test("a 200 where only 204 is declared, although it has no body", async () => {
    expect(await failedDelete((response) => response.writeHead(200).end())).toMatchObject({
      status: 200,
      body: "",
    });
  });

  test.each([
    ["text/html", "text/html"],
    ["application/json", "application/json"],
  ])("a long body labelled %s shows 200 whole characters", async (_, contentType) => {
    const error = await failedDelete(text(502, contentType, "x" + "😀".repeat(3000)));
    expect(error).toMatchObject({ body: "x" + "😀".repeat(199) });
  });

  test("a body that is no UTF-8", async () => {
    const answer: Answer = (response) =>
      response.writeHead(502).end(Buffer.from([0x61, 0xff, 0xfe, 0xe2, 0x82]));
    expect(await failedDelete(answer)).toMatchObject({ body: "a\ufffd\ufffd\ufffd" });
  });

  test("a body whose chunks part a character", async () => {
    const [first = 0, ...others] = Buffer.from("é");
    const answer: Answer = (response) => {
      response.writeHead(502).write(Buffer.from([first]));
      setTimeout(() => response.end(Buffer.from(others)), 20);
    };
    expect(await failedDelete(answer)).toMatchObject({ body: "é" });
  });

  test("an endless body, of which little is read", async () => {
    const chunk = "<p>".repeat(20_000);
    let sent = 0;
    const { promise: hungUp, resolve: closed } = Promise.withResolvers<void>();
    await using server = await startTestServer((response) => {
      response.writeHead(502, { "Content-Type": "text/html" });
      const more = () => {
        if (response.destroyed) return;
        sent += chunk.length;
        if (response.write(chunk)) setImmediate(more);
        else response.once("drain", more);
      };
      response.on("close", closed);
      more();
    });
    const error = await rejection(server.client().imageTags.delete(call));
    expect(error).toMatchObject({ status: 502, body: chunk.slice(0, 200) });
    await hungUp;
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });
});

describe("a redirect is not followed:", () => {
  test.each([301, 302, 303, 307, 308])("%i", async (status) => {
    await using elsewhere = await startTestServer(noContent);
    const answer: Answer = (response) =>
      response.writeHead(status, { Location: elsewhere.endpoint + target }).end();
    expect(await failedDelete(answer)).toMatchObject({
      status,
      message: expect.stringContaining("redirects are not followed"),
    });
    expect(elsewhere.arrivals).toEqual([]);
  });

  test("not even when the caller asks for it", async () => {
    await using elsewhere = await startTestServer(noContent);
    await using server = await startTestServer((response) =>
      response.writeHead(307, { Location: elsewhere.endpoint + target }).end(),
    );
    const deleted = server.client().imageTags.delete({ ...call, fetchOptions: { redirect: "follow" } });
    expect(await rejection(deleted)).toMatchObject({ status: 307 });
    expect(elsewhere.arrivals).toEqual([]);
  });

  test("in a browser, which hides the status", async () => {
    const opaque = Object.defineProperties(new Response(), {
      type: { value: "opaqueredirect" },
      status: { value: 0 },
    });
    await using server = await startTestServer();
    const client = server.client({ fetch: () => Promise.resolve(opaque) });
    const error = await rejection(client.imageTags.delete(call));
    expect(error).toBeInstanceOf(UnexpectedReplyError);
    expect(error).toMatchObject({ status: 0, body: "", message: expect.stringContaining("redirect") });
  });
});

describe("a server that shows the token in an error page", () => {
  test("of a declared status", async () => {
    await using server = await startTestServer(text(403, "text/html", `<p>X-Auth-Token: ${TOKEN}</p>`));
    const reply = await server.client().imageTags.delete(call);
    expect(reply.body).toMatchObject({ error: { message: "X-Auth-Token: [token]" } });
  });

  test.each([
    ["in the body", `<pre>X-Auth-Token: ${TOKEN}</pre>`, "<pre>X-Auth-Token: [token]</pre>"],
    ["again and again", `${TOKEN} `.repeat(500), "[token] ".repeat(25)],
  ])("%s", async (_, page, shown) => {
    const error = await failedDelete(text(502, "text/html", page));
    expect(error).toMatchObject({ body: shown });
  });

  test("cut in the middle of it, where a long one is read in part", async () => {
    const token = "gAAAA" + "B".repeat(12_000);
    let part = 0;
    await using server = await startTestServer((response) => {
      response.writeHead(502, { "Content-Type": "text/html" });
      const more = () => {
        if (!response.destroyed)
          response.write(`<p>${token}`.slice(part, (part += 3000)), () => setTimeout(more, 5));
      };
      more();
    });
    const error = await rejection(server.client({ token }).imageTags.delete(call));
    expect(error).toMatchObject({ status: 502, body: "<p>" });
  });

  test("in what a schema says of the body", async () => {
    const echo = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => ({ issues: [{ message: `no ${JSON.stringify(value)}` }] }),
      },
    } as const;
    const router = initContract().router({ read: { method: "GET", path: "/", responses: { 200: echo } } });
    await using server = await startTestServer(json(200, TOKEN));
    const send = createCallSender({
      access: accessTo(server.endpoint, TOKEN),
      timeoutMs: 1000,
      retry: checkRetry(false),
      fetch: globalThis.fetch,
    });
    const error = await rejection(deriveClient(router, send).read());
    expect(error).toMatchObject({ message: expect.stringContaining('contract: no "[token]"') });
  });
});
