import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What is imported from it, in bytes. */
const SIZE = 100_000;

/** Starts a web server of this machine that gives one file at every path; `await using` stops it. */
export async function startFilesServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const file = Buffer.alloc(SIZE, 7);
  const server = createServer((request, response) => {
    response.setHeader("Content-Length", file.length);
    response.end(request.method === "HEAD" ? undefined : file);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/image`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
