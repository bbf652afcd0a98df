import { launch } from "@imagetags/testing/processes/program";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { strict as assert } from "node:assert";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { TOKEN, type PackedServer } from "./packed-server.ts";

const CHROMIUM = "/usr/bin/chromium";
const PATIENCE = 60_000;

const PAGE = '<!doctype html><body><script type="module" src="/page.js"></script></body>';

const SCRIPT = `
import { createClient, removeTag } from "@imagetags/client";
const { image, tag, token } = Object.fromEntries(new URLSearchParams(location.search));
const client = createClient({ endpoint: location.origin, token });
removeTag(client, image, tag)
  .then(({ outcome }) => outcome, String)
  .then((result) => fetch("/result", { method: "POST", body: result }));
`;

/** Builds a page with Vite, serves it with the Image API of the server below it, and opens it in Chromium. */
export async function checkPage(project: string, server: PackedServer): Promise<void> {
  const source = join(project, "page");
  mkdirSync(source);
  writeFileSync(join(source, "index.html"), PAGE);
  writeFileSync(join(source, "page.js"), SCRIPT);
  await runToEnd(process.execPath, [join(project, "node_modules/vite/bin/vite.js"), "build", source], {
    folder: project,
  });

  const id = await server.makeImage("old", "kept");
  const { promise: result, resolve } = Promise.withResolvers<string>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url = "", headers } = request;
    const { pathname } = new URL(url, "http://host");
    if (pathname === "/result") {
      resolve(await text(request));
      response.end();
    } else if (pathname.startsWith("/v2/")) {
      const token = String(headers["x-auth-token"]);
      const reply = await fetch(server.url + url, { method, headers: { "X-Auth-Token": token } });
      response.writeHead(reply.status, { "Content-Type": reply.headers.get("content-type") ?? "text/plain" });
      response.end(await reply.text());
    } else {
      const file = join(source, "dist", pathname === "/" ? "index.html" : pathname);
      const content = existsSync(file) ? readFileSync(file) : undefined;
      const type = file.endsWith(".js") ? "text/javascript" : "text/html";
      response.writeHead(content === undefined ? 404 : 200, { "Content-Type": type }).end(content);
    }
  };
  const page = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await once(page.listen(0, "127.0.0.1"), "listening");
  const address = page.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const query = new URLSearchParams({ image: id, tag: "old", token: TOKEN });
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
  ];
  await using _ = launch({
    name: "Chromium",
    command: CHROMIUM,
    args: [
      ...flags,
      "--remote-debugging-port=0",
      `--user-data-dir=${join(project, "profile")}`,
      `http://127.0.0.1:${port}/?${query.toString()}`,
    ],
    folder: project,
  });
  try {
    const late = sleep(PATIENCE, "nothing in time", { ref: false });
    assert.equal(await Promise.race([result, late]), "removed");
    assert.deepEqual(await server.tagsOf(id), ["kept"]);
  } finally {
    page.closeAllConnections();
    page.close();
  }
}
