// What stands behind a front: it takes any body, gives as many bytes as are asked for by `?bytes=`, and answers all else 204,
// after `?wait=` milliseconds.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const CHUNK = Buffer.alloc(256 * 1024, "x");

const server = createServer({ requestTimeout: 0 }, (request, response) => {
  const query = new URL(request.url ?? "", "http://localhost").searchParams;
  const bytes = Number(query.get("bytes") ?? 0);
  request.resume().once("end", () => {
    if (bytes > 0) give(response, bytes);
    else setTimeout(() => response.writeHead(204).end(), Number(query.get("wait") ?? 0));
  });
});

function give(response: ServerResponse, bytes: number) {
  response.writeHead(200, { "Content-Length": bytes });
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const chunk = left >= CHUNK.length ? CHUNK : CHUNK.subarray(0, left);
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once("drain", more);
        return;
      }
    }
    response.end();
  };
  more();
}

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`a stand-in for glance-api answers at http://127.0.0.1:${port}`);
});
