import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { ConnectionError } from "../errors/errors.ts";
import { rejection, startTestServer } from "../testing/test-server.ts";
import { environmentFetch } from "./environment-fetch.ts";
import { InvalidEnvironmentError } from "./invalid-environment-error.ts";

const call = { params: { image_id: "i", tag: "é/b" } };

/** A proxy that notes what it is asked, and passes it on; or answers a status of its own. */
async function startProxy(status?: number) {
  const seen: {
    readonly method: string;
    readonly target: string;
    readonly authorization: string | undefined;
  }[] = [];
  const server = createServer((incoming, response) => {
    seen.push(noted(incoming));
    if (status !== undefined) return response.writeHead(status).end();
    const { method, headers, url = "" } = incoming;
    const onward = request(url, { method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(response);
    });
    return incoming.pipe(onward);
  });
  server.on("connect", (incoming, socket) => {
    seen.push(noted(incoming));
    if (status !== undefined) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [, port] = (incoming.url ?? "").split(":");
    const onward = connect(Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on("error", () => void onward.destroy());
    return undefined;
  });
  const port = await listening(server);
  return { port, seen, [Symbol.asyncDispose]: () => closed(server) };
}

function noted({ method = "", url = "", headers }: IncomingMessage) {
  const authorization = headers["proxy-authorization"];
  return {
    method,
    target: url,
    authorization: typeof authorization === "string" ? authorization : undefined,
  };
}

async function listening(server: Pick<Server, "listen" | "address">): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return address.port;
}

function closed(server: Pick<Server, "close" | "closeAllConnections">): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

test("sends by the platform's fetch where the environment says nothing", () => {
  expect(environmentFetch({ PATH: "/bin", http_proxy: "" })).toBe(globalThis.fetch);
});

test("sends a request by http to the proxy, with who asks", async () => {
  await using server = await startTestServer();
  await using proxy = await startProxy();
  const fetch = environmentFetch({ HTTP_PROXY: `http://me:pw@127.0.0.1:${proxy.port}` });
  const reply = await server.client({ fetch }).imageTags.delete(call);
  expect(reply.status).toBe(204);
  expect(proxy.seen).toEqual([
    {
      method: "DELETE",
      target: `${server.endpoint}/v2/images/i/tags/%C3%A9%2Fb`,
      authorization: `Basic ${Buffer.from("me:pw").toString("base64")}`,
    },
  ]);
  expect(server.arrivals).toMatchObject([{ target: "/v2/images/i/tags/%C3%A9%2Fb" }]);
});

test("goes straight to what NO_PROXY names", async () => {
  await using server = await startTestServer();
  await using proxy = await startProxy();
  const fetch = environmentFetch({ http_proxy: `127.0.0.1:${proxy.port}`, NO_PROXY: "127.0.0.0/8" });
  expect(await server.client({ fetch }).imageTags.delete(call)).toMatchObject({ status: 204 });
  expect(proxy.seen).toEqual([]);
});

test("says which proxy a connection failed at, and why", async () => {
  await using proxy = await startProxy(403);
  const asked = async (endpoint: string, env: Record<string, string>) => {
    const fetch = environmentFetch(env);
    const error = await rejection(
      createClient({ endpoint, token: "t", retry: false, fetch }).imageTags.delete(call),
    );
    expect(error).toBeInstanceOf(ConnectionError);
    return error instanceof ConnectionError ? [error.reason, error.message] : [];
  };
  const address = `127.0.0.1:${proxy.port}`;
  expect(await asked("https://image.example.org", { https_proxy: `http://me:pw@${address}` })).toEqual([
    "PROXY_403",
    expect.stringMatching(new RegExp(String.raw`\(PROXY_403, through the proxy http://${address}\)\.$`)),
  ]);
  const gone = await (async () => {
    await using ended = await startProxy();
    return ended.port;
  })();
  expect(await asked("http://image.example.org", { all_proxy: `http://127.0.0.1:${gone}` })).toEqual([
    "ECONNREFUSED",
    expect.stringMatching(/through the proxy http:\/\/127\.0\.0\.1:\d+\)\.$/),
  ]);
});

test("holds a server to the authorities of the environment, through a proxy too", async () => {
  using folder = temporaryFolder();
  const file = (name: string) => join(folder.path, name);
  execFileSync(
    "openssl",
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${file("key.pem")} -out ${file("ca.pem")}`.split(
      " ",
    ),
    { stdio: "pipe" },
  );
  const server = createTlsServer(
    { key: readFileSync(file("key.pem")), cert: readFileSync(file("ca.pem")) },
    (_, response) => response.writeHead(204).end(),
  );
  await using proxy = await startProxy();
  const endpoint = `https://localhost:${await listening(server)}`;
  const asked = (env: Record<string, string>) =>
    createClient({ endpoint, token: "t", retry: false, fetch: environmentFetch(env) }).imageTags.delete(call);
  try {
    for (const name of ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]) {
      expect(await asked({ [name]: file("ca.pem") })).toMatchObject({ status: 204 });
    }
    expect(
      await asked({ SSL_CERT_FILE: file("ca.pem"), HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }),
    ).toMatchObject({ status: 204 });
    expect(proxy.seen).toMatchObject([{ method: "CONNECT" }]);
    expect(await rejection(asked({ https_proxy: `http://127.0.0.1:${proxy.port}` }))).toMatchObject({
      reason: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
    expect(() => environmentFetch({ REQUESTS_CA_BUNDLE: file("key.pem") })).toThrow(InvalidEnvironmentError);
    expect(() => environmentFetch({ REQUESTS_CA_BUNDLE: file("none.pem") })).toThrow(
      /^The variable REQUESTS_CA_BUNDLE names .*none\.pem, which cannot be read \(ENOENT\)\.$/,
    );
  } finally {
    await closed(server);
  }
});
