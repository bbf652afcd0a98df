// The least that Node can do: every request is answered 204.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((_request, response) => {
  response.statusCode = 204;
  response.end();
});

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`bare node:http answers at http://127.0.0.1:${port}`);
});
