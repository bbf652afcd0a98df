import ipaddr from "ipaddr.js";

/** A network: its address, and how many bits of it count. */
export type Network = [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** Addresses of IPv6 that are given to anybody. Source: IANA, "Internet Protocol Version 6 Address Space". */
const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/** Reads an address, or a network as `10.0.0.0/8`; `undefined` where it is none. */
export function readNetwork(text: string): Network | undefined {
  try {
    if (text.includes("/")) {
      const [address, bits] = ipaddr.parseCIDR(text);
      return isWritten(address, text.split("/")[0]) ? [address, bits] : undefined;
    }
    const address = ipaddr.parse(text);
    return isWritten(address, text) ? [address, address.kind() === "ipv4" ? 32 : 128] : undefined;
  } catch {
    return undefined;
  }
}

/** Says which addresses webhooks may go to: those of the Internet that belong to somebody, and networks that were allowed. */
export class PublicAddresses {
  readonly #allowed: readonly Network[];

  constructor(allowed: readonly Network[]) {
    this.#allowed = allowed;
  }

  /** `undefined`: it may be connected to. Else what it is, in a word or two. `address` as a socket has it. */
  problem(address: string): string | undefined {
    const parsed = ipaddr.parse(withoutZone(address));
    const real =
      parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
    if (
      this.#allowed.some(([network, bits]) => network.kind() === real.kind() && real.match(network, bits))
    ) {
      return undefined;
    }
    const range = parsed.range();
    if (range !== "unicast") return NAMES[range] ?? "no public address";
    const isGiven = parsed.kind() === "ipv4" || parsed.match(GLOBAL_UNICAST);
    return isGiven ? undefined : "no public address";
  }
}

/** What kinds of addresses are, for people; others are no public ones. */
const NAMES: Readonly<Record<string, string>> = {
  loopback: "a loopback address",
  linkLocal: "a link-local address",
  private: "a private address",
  uniqueLocal: "a private address",
  carrierGradeNat: "an address behind a carrier's NAT",
  multicast: "a multicast address",
  broadcast: "a broadcast address",
  ipv4Mapped: "an IPv4 address written as IPv6",
};

function withoutZone(address: string): string {
  return address.split("%")[0] ?? address;
}

/** The library takes numbers of other bases and lengths for IPv4 too: `010.0.0.7` would be 8.0.0.7. */
function isWritten(address: ipaddr.IPv4 | ipaddr.IPv6, text = ""): boolean {
  return address.kind() === "ipv6" || address.toString() === text;
}
