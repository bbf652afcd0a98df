import { once } from "node:events";
import { createServer } from "node:http";

/** How long its tokens are good, in milliseconds. */
const LIFETIME = 3_600_000;

/**
 * Stands in for Keystone, as far as a server asks about tokens: whoever logs in gets a token, and one token
 * is that of a member of the project `bench`. Counts what it is asked about.
 * @param {string} token
 * @param {AsyncDisposableStack} stack
 */
export async function startKeystone(token, stack) {
  let questions = 0;
  const server = createServer((request, response) => {
    const isLogin = request.method === "POST";
    if (!isLogin) questions += 1;
    const known = isLogin || request.headers["x-subject-token"] === token;
    response.writeHead(isLogin ? 201 : known ? 200 : 404, {
      "Content-Type": "application/json",
      "X-Subject-Token": "own",
    });
    const who = {
      user: { id: "bench" },
      project: { id: "bench" },
      roles: [{ name: "member" }, { name: "reader" }],
    };
    const expires_at = new Date(Date.now() + LIFETIME).toISOString();
    response.end(JSON.stringify(known ? { token: { ...who, expires_at } } : {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return {
    /** The settings of a server that asks it. */
    env: {
      IMAGETAGS_AUTH: "keystone",
      OS_AUTH_URL: `http://127.0.0.1:${address.port}/v3`,
      OS_USERNAME: "imagetags",
      OS_PASSWORD: "none",
      OS_PROJECT_NAME: "service",
    },
    questions: () => questions,
  };
}
