import { describe, expect, test } from "vitest";
import { PublicAddresses, readNetwork } from "./public-addresses.ts";

const networks = (...texts: string[]) => texts.map(readNetwork).filter((network) => network !== undefined);

describe("webhooks", () => {
  const closed = new PublicAddresses([]);

  test.each(["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1"])(
    "may go to %s",
    (address) => {
      expect(closed.problem(address)).toBeUndefined();
    },
  );

  test.each([
    ["127.0.0.1", "loopback"],
    ["127.255.0.3", "loopback"],
    ["::1", "loopback"],
    ["10.1.2.3", "private"],
    ["172.31.0.1", "private"],
    ["192.168.0.1", "private"],
    ["fd00:ec2::254", "private"],
    ["169.254.169.254", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["100.64.0.1", "carrier"],
    ["100.127.255.255", "carrier"],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["255.255.255.255", "broadcast"],
    ["::ffff:127.0.0.1", "IPv4 address written as IPv6"],
    ["::ffff:8.8.8.8", "IPv4 address written as IPv6"],
    ["0.0.0.0", "no public"],
    ["0.1.2.3", "no public"],
    ["::", "no public"],
    ["::7f00:1", "no public"],
    ["64:ff9b::7f00:1", "no public"],
    ["64:ff9b:1::a00:1", "no public"],
    ["2002:7f00:1::", "no public"],
    ["2001::1", "no public"],
    ["fec0::1", "no public"],
    ["198.18.0.1", "no public"],
    ["192.0.2.1", "no public"],
    ["240.0.0.1", "no public"],
    ["4000::1", "no public"],
  ])("never go to %s: it is %s", (address, kind) => {
    expect(closed.problem(address)).toContain(kind);
  });

  test("go to what was allowed, also where it is written as IPv6, and to nothing beside it", () => {
    const open = new PublicAddresses(networks("10.1.0.0/16", "127.0.0.1", "fd00::/8"));
    for (const address of [
      "10.1.255.1",
      "127.0.0.1",
      "::ffff:127.0.0.1",
      "::ffff:a01:1",
      "fd12::1",
      "8.8.8.8",
    ]) {
      expect(open.problem(address), address).toBeUndefined();
    }
    for (const address of ["10.2.0.1", "127.0.0.2", "::1", "fe80::1", "169.254.169.254"]) {
      expect(open.problem(address), address).toBeDefined();
    }
  });

  test.each([
    "",
    "ten",
    "010.0.0.7",
    "10.1",
    "0x7f000001",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0/8",
    "::1/129",
    "localhost",
  ])("know no network %s", (text) => {
    expect(readNetwork(text)).toBeUndefined();
  });
});
