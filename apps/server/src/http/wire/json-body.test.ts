import { expect, it, test } from "vitest";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { RawConnection } from "../../testing/raw-connection.ts";
import { startTestServer, tokenOf } from "../../testing/test-server.ts";

it.each([
  ["that is empty", "", /no body/],
  ["that is no JSON", "{", /^Bad request body: /],
  ["with a member __proto__", '{"__proto__":{"name":"x"}}', /__proto__ is not allowed/],
  [
    "with an escaped member __proto__",
    String.raw`{"__pr\u006fto__":{"name":"x"}}`,
    /__proto__ is not allowed/,
  ],
  ["nested 500,000 deep", "[".repeat(500_000) + "]".repeat(500_000), /./],
  [
    "nested 400,000 deep and escaped",
    String.raw`["\u0061",` + "[".repeat(400_000) + "]".repeat(400_001),
    /./,
  ],
])("a body %s is 400", async (_, body, message) => {
  await using server = await startTestServer();
  for (const type of ["application/json", "text/plain"]) {
    const reply = await ask(server, "POST", "/v2/images", { body, headers: [["Content-Type", type]] });
    expect(reply.status).toBe(400);
    expect(errorIn(reply).message).toMatch(message);
  }
  const patch = {
    body,
    headers: [["Content-Type", "application/openstack-images-v2.1-json-patch"]],
  } as const;
  const image = `/v2/images/${await makeImage(server)}`;
  expect((await ask(server, "PATCH", image, patch)).status).toBe(400);
});

test("bytes in a body that are no UTF-8 are 400, and nothing is stored", async () => {
  await using server = await startTestServer();
  const image = `/v2/images/${await makeImage(server)}/tags`;
  using connection = await RawConnection.open(server.port);
  const body = '{"tags":["\xff"]}';
  connection.write(
    `PUT ${image} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Auth-Token: ${tokenOf("ALPHA_MEMBER")}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 400 [^]*not well-formed UTF-8/);
  expect(jsonOf(await ask(server, "GET", image))).toEqual({ tags: [] });
});

test("a body of 1 MB in chunks is read, and one of a byte more is 413", async () => {
  await using server = await startTestServer();
  const sized = (bytes: number) => `{"name":"x"${" ".repeat(bytes - 12)}}`;
  const post = (bytes: number) => ask(server, "POST", "/v2/images", { body: sized(bytes), chunked: true });
  expect((await post(1024 * 1024)).status).toBe(201);
  expect((await post(1024 * 1024 + 1)).status).toBe(413);
});
