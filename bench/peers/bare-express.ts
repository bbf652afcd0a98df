// The least that Express can do: one route, which answers 204.
import express from "express";
import type { AddressInfo } from "node:net";

const app = express();
app.disable("x-powered-by");
app.delete("/v2/images/:image_id/tags/:tag", (_request, response) => {
  response.status(204).end();
});

const server = app.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`bare Express answers at http://127.0.0.1:${port}`);
});
