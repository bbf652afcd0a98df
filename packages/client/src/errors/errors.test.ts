import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { ImageTagsError } from "./errors.ts";
import { errorOf, startTestServer, text, type Answer } from "../testing/test-server.ts";

const call = { params: { image_id: "i", tag: "t" } };

/** Every way a server or a connection can fail a call, by the image id that asks for it. */
const failures: Record<string, (token: string) => Answer> = {
  page: (token) => text(502, "text/html", `<pre>X-Auth-Token: ${token}</pre>`),
  longPage: (token) => text(502, "text/html", "-".repeat(190) + token.repeat(200)),
  notJson: (token) => text(404, "text/plain", token),
  badJson: (token) => text(404, "application/json", `{"token":"${token}`),
  wrongShape: (token) => text(404, "application/json", JSON.stringify({ [token]: token })),
  headers: (token) => (response) =>
    response.writeHead(502, { "Content-Type": `text/${token}`, "X-Openstack-Request-Id": token }).end(),
  redirect: (token) => (response) => response.writeHead(302, { Location: `/?token=${token}` }).end(token),
  cut: () => (response) => response.destroy(),
  slow: () => () => {},
};

test("no error of a call holds the token, however it is looked at", async () => {
  await using server = await startTestServer((response, arrival) => {
    const answer = failures[arrival.target.split("/")[3] ?? ""];
    answer?.(String(arrival.headers["x-auth-token"]))(response, arrival);
  });
  const visible = fc.integer({ min: 0x23, max: 0x7e }).filter((unit) => unit !== 0x5c);
  const tokens = fc
    .array(visible, { minLength: 24, maxLength: 300 })
    .map((units) => String.fromCharCode(...units));

  await fc.assert(
    fc.asyncProperty(tokens, async (token) => {
      const client = server.client({ token, timeoutMs: 25 });
      const refused = createClient({ endpoint: "http://127.0.0.1:1", token, retry: { firstDelayMs: 1 } });
      const aborted = { ...call, fetchOptions: { signal: AbortSignal.abort() } };
      const calls = [
        ...Object.keys(failures).map((image_id) =>
          client.imageTags.delete({ params: { image_id, tag: "t" } }),
        ),
        refused.imageTags.delete(call),
        client.imageTags.delete(aborted),
        client.imageTags.delete({ params: { image_id: "i", tag: ".." } }),
        client.imageTags.delete({ ...call, extraHeaders: { "X-Other": `${token}\n` } }),
        server.client({ token: () => `${token} ` }).imageTags.delete(call),
      ];
      // Some of the failures are replies: an error of a declared status, in whatever form.
      for (const settled of await Promise.allSettled(calls)) {
        const outcome = settled.status === "rejected" ? settled.reason : settled.value.body;
        expect(outcome).toBeDefined();
        expect(everythingIn(outcome)).not.toContain(token);
      }
    }),
    { numRuns: 8 },
  );
});

test("no error of an option holds the token, nor a password in the endpoint", () => {
  const secret = "gAAAAABhunter2hunter2hunter2";
  for (const options of [
    { endpoint: "http://host", token: `${secret}\n` },
    { endpoint: secret, token: secret },
    { endpoint: `${secret}:x`, token: secret },
    { endpoint: `http://user:${secret}@host`, token: secret },
    { endpoint: `http://host?token=${secret}`, token: secret },
    { endpoint: `http://host:${secret}`, token: secret },
    { endpoint: "http://host", token: secret, timeoutMs: -1 },
  ]) {
    let thrown: unknown;
    try {
      createClient(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ImageTagsError);
    expect(everythingIn(thrown)).not.toContain(secret);
  }
});

test("a declared error is a reply, and no error", async () => {
  const body = errorOf(503, "Service Unavailable", "Later.");
  await using server = await startTestServer(text(503, "application/json", JSON.stringify(body)));
  expect(await server.client().imageTags.delete(call)).toMatchObject({ status: 503, body });
});

/** All that logging, printing or sending an error on could show of it. */
function everythingIn(error: unknown): string {
  const message = error instanceof Error ? `${error.message}\n${error.stack}` : "";
  return [
    message,
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: null, showHidden: true }),
  ].join("\n");
}
