import { expect, test } from "vitest";
import { bundle } from "./testing/bundle.ts";
import { hasBrowser, openPage } from "./testing/browser.ts";
import { imagesWith, startTestImages } from "./testing/test-images.ts";
import { catalogWith } from "./testing/test-keystone.ts";
import { errorOf, json, startTestServer, text, type Answer } from "./testing/test-server.ts";

/** What the page does with the built package; what came of it is sent back. */
const SCRIPT = `
import { attemptsOf, createClient, createSession, images, removeTag, removeTagEverywhere } from "@imagetags/client";

const user = { name: "u", domain: { id: "default" } };
const session = createSession({ authUrl: location.origin, auth: { type: "password", user, password: "p" } });
const client = createClient({ session, retry: { firstDelayMs: 1 } });
const failure = (work) => work().then(() => "nothing", ({ code, status, reason, message }) => ({ code, status, reason, message }));
const result = {};

async function run() {
  result.removed = [];
  for (const tag of ["a/b", "é", "100%", "a/b"]) result.removed.push((await removeTag(client, "many", tag)).outcome);
  result.listed = [];
  for await (const { id } of images(client, { tag: "t" })) result.listed.push(id);
  result.everywhere = [];
  for await (const { outcome } of removeTagEverywhere(client, "t")) result.everywhere.push(outcome);
  const busy = await client.imageTags.check({ params: { image_id: "busy", tag: "t" } });
  result.repeated = [busy.status, attemptsOf(busy)];
  result.dots = await failure(() => removeTag(client, "many", ".."));
  result.refused = await failure(() => removeTag(client, "forbidden", "t"));
  result.redirect = await failure(() => client.images.show({ params: { image_id: "elsewhere" } }));
  const other = createClient({ endpoint: document.body.dataset.other, token: "t", retry: false });
  result.otherOrigin = await failure(() => other.health.check());
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("The user left.")), 50);
  result.aborted = await failure(() => removeTag(client, "silent", "t", { signal: controller.signal }));
  const data = await client.imageData.download({ params: { image_id: "data" } });
  result.data = data.body instanceof Blob ? await data.body.text() : data.status;
}
run().catch((error) => { result.error = String(error?.stack ?? error); })
  .finally(() => fetch("/result", { method: "POST", body: JSON.stringify(result) }));
`;

test.skipIf(!hasBrowser)(
  "the built package works in a browser, against a server of the page's origin",
  async () => {
    const code = await bundle(SCRIPT);
    const { promise: result, resolve } = Promise.withResolvers<string>();
    await using other = await startTestServer(text(200, "text/plain", "OK"));
    let busy = 0;

    const pages: Record<string, Answer> = {
      "/": text(
        200,
        "text/html",
        `<body data-other="${other.endpoint}"><script type="module" src="/page.js"></script>`,
      ),
      "/page.js": text(200, "text/javascript", code),
      "/favicon.ico": text(404, "text/plain", ""),
      "/result": (response, { body }) => {
        response.end();
        resolve(body);
      },
      "/v3/auth/tokens": (response) => {
        const times = { issued_at: "2026-01-01T00:00:00Z", expires_at: "2026-01-01T01:00:00Z" };
        response.writeHead(201, { "X-Subject-Token": "browser-token" });
        response.end(JSON.stringify({ token: { ...times, catalog: catalogWith(service.endpoint) } }));
      },
      "/v2/images/busy/tags/t": (response, arrival) => {
        busy += 1;
        const answer: Answer =
          busy < 3
            ? json(503, errorOf(503, "Service Unavailable", "Later."))
            : (reply) => reply.writeHead(204).end();
        answer(response, arrival);
      },
      "/v2/images/forbidden/tags/t": text(403, "text/html", "<h1>403 Forbidden</h1>It is not yours."),
      "/v2/images/elsewhere": (response) => response.writeHead(302, { Location: other.endpoint }).end(),
      "/v2/images/silent/tags/t": () => {},
      "/v2/images/data/file": text(200, "application/octet-stream", "bytes"),
    };
    await using service = await startTestImages(
      [{ id: "many", tags: ["a/b", "é", "100%"] }, ...imagesWith("t", 12)],
      { pageSize: 5, instead: ({ path }) => pages[path] },
    );

    await using _ = await openPage(service.endpoint);
    const all = Array.from({ length: 12 }, (_element, index) => `i${index}`);
    expect(JSON.parse(await result)).toEqual({
      removed: ["removed", "removed", "removed", "alreadyAbsent"],
      listed: all,
      everywhere: all.map(() => "removed"),
      repeated: [204, 3],
      dots: { code: "INVALID_PARAMETER", message: expect.any(String) },
      refused: { code: "REFUSED", status: 403, message: "It is not yours." },
      // A browser tells neither the status of a redirect nor why a connection failed.
      redirect: { code: "UNEXPECTED_REPLY", status: 0, message: expect.stringContaining("redirect") },
      otherOrigin: { code: "CONNECTION_FAILED", message: expect.any(String) },
      aborted: { message: "The user left." },
      data: "bytes",
    });
    const tokens = service.arrivals
      .filter(({ target }) => target.startsWith("/v2/"))
      .map(({ headers }) => headers["x-auth-token"]);
    expect(new Set(tokens)).toEqual(new Set(["browser-token"]));
  },
);
