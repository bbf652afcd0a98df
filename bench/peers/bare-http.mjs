// The least that Node can do: every request is answered 204.
import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.statusCode = 204;
  response.end();
});

server.listen(0, "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`bare node:http answers at http://127.0.0.1:${port}`);
});
