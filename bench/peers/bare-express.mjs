// The least that Express can do: one route, which answers 204.
import express from "express";

const app = express();
app.disable("x-powered-by");
app.delete("/v2/images/:image_id/tags/:tag", (_request, response) => {
  response.status(204).end();
});

const server = app.listen(0, "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`bare Express answers at http://127.0.0.1:${port}`);
});
