import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { describe, expect, test } from "vitest";
import { runCli } from "./testing/cli-process.ts";

/** A server on a free port of 127.0.0.1 until the scope is left. */
async function listening(server: Server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is always one.
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

const answering = (answer: RequestListener) => listening(createHttpServer({ keepAlive: false }, answer));

/** What the command says of an endpoint. */
async function saidOf(endpoint: string, token = "t") {
  const env = { IMAGETAGS_TOKEN: token, IMAGETAGS_ENDPOINT: endpoint };
  const { code, stdout, stderr } = await runCli(["list", "--timeout", "5"], { env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  return stderr;
}

describe.concurrent("what fails is one sentence with the address and what to look at:", () => {
  test("a connection that is refused", async () => {
    const { host } = await (async () => {
      await using gone = await answering(() => undefined);
      return gone;
    })();
    expect(await saidOf(`http://${host}`)).toBe(
      `imagetags: Nothing listens at http://${host} (ECONNREFUSED). Is the server up, and is the address right?\n`,
    );
  });

  test("a host that there is not", async () => {
    expect(await saidOf("http://nowhere.invalid:9292")).toMatch(
      /^imagetags: (There is no host nowhere\.invalid, which http:\/\/nowhere\.invalid:9292 names \(ENOTFOUND\)\. Is the address right\?|The host nowhere\.invalid of .* cannot be looked up \(EAI_AGAIN\)\. .*)\n$/,
    );
  });

  test("https to a port that speaks http", async () => {
    await using plain = await answering((_, response) => response.end("hello"));
    expect(await saidOf(`https://${plain.host}`)).toMatch(
      new RegExp(
        `^imagetags: What listens at ${plain.host} does not speak TLS \\(\\w+\\)\\. Is it http://${plain.host}\\?\\n$`,
      ),
    );
  });

  test("what speaks no HTTP", async () => {
    await using mail = await listening(
      createTcpServer((socket) =>
        socket
          .on("error", () => undefined)
          .resume()
          .end("220 mail.example\r\n"),
      ),
    );
    const said = await saidOf(`http://${mail.host}`);
    expect(said).toMatch(/^imagetags: .*\n$/);
    expect(said).toContain(mail.host);
  });

  test("a page of a server that is no Image API", async () => {
    await using web = await answering((_, response) => {
      response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Welcome</h1>");
    });
    expect(await saidOf(`http://${web.host}`)).toBe(
      `imagetags: GET http://${web.host}/v2/images?limit=500 is answered 200 with text/html, as no Image API does. Is the endpoint right?\n`,
    );
  });

  test("a server that has nothing at the path of an Image API", async () => {
    await using web = await answering((_, response) => {
      response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not Found</h1>");
    });
    expect(await saidOf(`http://${web.host}/`)).toBe(
      `imagetags: There is no Image API at http://${web.host}: GET /v2/images is answered 404. Is the endpoint right?\n`,
    );
  });

  test("a token that is not valid", async () => {
    await using strict = await answering((_, response) => {
      response.writeHead(401, { "Content-Type": "application/json", "X-Openstack-Request-Id": "req-1" });
      response.end(JSON.stringify({ error: { code: 401, title: "Unauthorized", message: "No." } }));
    });
    expect(await saidOf(`http://${strict.host}`)).toBe(
      `imagetags: The token is not valid at http://${strict.host} (401): it may have ended, or be another cloud's. Give a new one. (request id req-1)\n`,
    );
  });

  test("a token that was not given", async () => {
    const { code, stderr } = await runCli(["list"], { env: { IMAGETAGS_ENDPOINT: "http://127.0.0.1:9" } });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "imagetags: There is no token: set IMAGETAGS_TOKEN, or give --token-file FILE.\nSee imagetags list --help.\n",
    });
  });

  test("words that hold the token as a part of another word stay whole", async () => {
    await using web = await answering((request, response) => {
      response.writeHead(403, { "Content-Type": "application/json" });
      const message = `The project demonstration may not, and demo may not: ${String(request.headers["x-auth-token"])}`;
      response.end(JSON.stringify({ error: { code: 403, title: "Forbidden", message } }));
    });
    expect(await saidOf(`http://${web.host}`, "demo")).toBe(
      "imagetags: The project demonstration may not, and [token] may not: [token]\n",
    );
  });
});
