import type { lookup, LookupAddress } from "node:dns";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Agent, request } from "undici";
import { expect, test } from "vitest";
import { errorText } from "../../error-text.ts";
import { guardedConnector } from "./guarded-connector.ts";
import { PublicAddresses, readNetwork } from "./public-addresses.ts";

/** A server of this machine, and what may be asked of it by a name of which it is decided each time where it leads. */
async function openTarget() {
  const server = createServer((_, response) => response.end("reached"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Asks `url`, where `found` says what the name's addresses are. */
async function reach(url: string, found: readonly string[][], ...allowed: string[]): Promise<string> {
  const answers = [...found];
  const played = ((
    _name: string,
    _options: unknown,
    callback: (error: null, found: LookupAddress[]) => void,
  ) => {
    const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  }) as typeof lookup;
  const networks = allowed.map(readNetwork).filter((network) => network !== undefined);
  const addresses = new PublicAddresses(networks);
  const agent = new Agent({
    connect: guardedConnector({ addresses, ca: undefined, timeout: 2_000, lookup: played }),
  });
  try {
    return await (await request(url, { dispatcher: agent })).body.text();
  } catch (error) {
    return errorText(error);
  } finally {
    await agent.destroy();
  }
}

test("an address of this machine is not reached by its name or by itself, and is where it is allowed", async () => {
  await using target = await openTarget();
  const by = (host: string) => `http://${host}:${target.port}/`;
  const refused = /a loopback address, which IMAGETAGS_WEBHOOKS_ALLOW does not name/;
  expect(await reach(by("hooks.example.org"), [["127.0.0.1"]])).toMatch(refused);
  expect(await reach(by("127.0.0.1"), [])).toMatch(refused);
  expect(await reach(by("[::1]"), [])).toMatch(refused);
  expect(await reach(by("2130706433"), [])).toMatch(refused);
  expect(await reach(by("[::ffff:127.0.0.1]"), [])).toMatch(/IPv4 address written as IPv6/);
  expect(await reach(by("hooks.example.org"), [["127.0.0.1"]], "127.0.0.1")).toBe("reached");
  expect(await reach(by("127.0.0.1"), [], "127.0.0.0/8")).toBe("reached");
});

test("of several addresses of a name those that are not allowed are passed over", async () => {
  await using target = await openTarget();
  const url = `http://hooks.example.org:${target.port}/`;
  expect(await reach(url, [["10.0.0.1", "169.254.169.254", "127.0.0.1"]], "127.0.0.1")).toBe("reached");
  expect(await reach(url, [["10.0.0.1", "169.254.169.254"]])).toBe(
    "hooks.example.org is at 10.0.0.1: a private address, which IMAGETAGS_WEBHOOKS_ALLOW does not name",
  );
});

test("a name that leads elsewhere each time it is asked for is connected to nowhere but where was looked at", async () => {
  await using target = await openTarget();
  const url = `http://rebinding.example.org:${target.port}/`;
  // What is checked first is public; a second look would find this machine.
  const said = await reach(url, [["192.0.2.1"], ["127.0.0.1"]], "192.0.2.0/24");
  expect(said).not.toBe("reached");
  expect(await reach(url, [["127.0.0.1"], ["192.0.2.1"]], "192.0.2.0/24")).toMatch(/a loopback address/);
});
