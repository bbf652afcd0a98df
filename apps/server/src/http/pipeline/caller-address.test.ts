import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { callerAddress } from "./caller-address.ts";

const PROXIES = ["10.0.0.0/8", "fd00::1"];

function addressOf(
  peer: string | undefined,
  headers: Readonly<Record<string, string>>,
  proxies: readonly string[] = PROXIES,
): string | undefined {
  const request = { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
  return callerAddress(proxies)(request);
}

describe("the caller's address", () => {
  test.each([
    ["the connection's own", "192.0.2.1", {}, "192.0.2.1"],
    ["IPv4 that comes by a socket of IPv6", "::ffff:192.0.2.1", {}, "192.0.2.1"],
    ["a stranger who says to be another", "192.0.2.1", { "x-forwarded-for": "198.51.100.1" }, "192.0.2.1"],
    ["one behind a proxy", "10.0.0.7", { "x-forwarded-for": "198.51.100.1" }, "198.51.100.1"],
    ["one behind a proxy of IPv6", "fd00::1", { forwarded: 'for="[2001:db8::1]:4711"' }, "2001:db8::1"],
    ["one behind two proxies", "10.0.0.7", { "x-forwarded-for": "198.51.100.1, 10.0.0.8" }, "198.51.100.1"],
    [
      "one who puts an address before his own",
      "10.0.0.7",
      { "x-forwarded-for": "203.0.113.9, 198.51.100.1" },
      "198.51.100.1",
    ],
    [
      "an address with a port",
      "10.0.0.7",
      { forwarded: 'for="198.51.100.1:4711";proto=https' },
      "198.51.100.1",
    ],
    [
      "two elements",
      "10.0.0.7",
      { forwarded: "for=203.0.113.9, for=198.51.100.1;by=10.0.0.7" },
      "198.51.100.1",
    ],
    ["a hidden one", "10.0.0.7", { forwarded: "for=_hidden" }, "10.0.0.7"],
    ["a header that is none", "10.0.0.7", { forwarded: 'for="' }, "10.0.0.7"],
    [
      "two headers that agree",
      "10.0.0.7",
      { forwarded: "for=198.51.100.1", "x-forwarded-for": "198.51.100.1" },
      "198.51.100.1",
    ],
    [
      "two headers that differ, of which the caller may have sent one",
      "10.0.0.7",
      { forwarded: "for=203.0.113.9", "x-forwarded-for": "198.51.100.1" },
      "10.0.0.7",
    ],
  ])("of %s", (_, peer, headers, address) => {
    expect(addressOf(peer, headers)).toBe(address);
  });

  test("is the connection's where no proxy is trusted", () => {
    expect(addressOf("10.0.0.7", { "x-forwarded-for": "198.51.100.1" }, [])).toBe("10.0.0.7");
  });

  test("is not known of a connection that has ended", () => {
    expect(addressOf(undefined, { "x-forwarded-for": "198.51.100.1" })).toBeUndefined();
  });
});
