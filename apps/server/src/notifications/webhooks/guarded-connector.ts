import { lookup as find } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import type { PublicAddresses } from "./public-addresses.ts";

/** How a connection is made. */
export interface ConnectorOptions {
  readonly addresses: PublicAddresses;
  /** Certificates of the authorities that a server's is checked by, in PEM; `undefined`: those that Node.js trusts. */
  readonly ca: string | undefined;
  /** The time that it may take, in milliseconds. */
  readonly timeout: number;
  /** Finds the addresses of a name. */
  readonly lookup?: typeof find;
}

/**
 * Connects to addresses that are allowed and to no others. What is looked at is the very address that the socket is given:
 * whoever owns the name may answer with another one each time that it is asked for.
 */
export function guardedConnector({
  addresses,
  ca,
  timeout,
  lookup = find,
}: ConnectorOptions): buildConnector.connector {
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "");
      const allowed = found.filter(({ address }) => addresses.problem(address) === undefined);
      const [first] = allowed;
      if (first === undefined) {
        return callback(refusal(hostname, found[0]?.address, addresses), "");
      }
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ timeout, lookup: guardedLookup, ...(ca === undefined ? {} : { ca }) });
  return (options, callback) => {
    // Of an address nothing is looked up.
    const host = options.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 && addresses.problem(host) !== undefined) {
      return callback(refusal(host, host, addresses), null);
    }
    connect(options, callback);
  };
}

function refusal(name: string, address: string | undefined, addresses: PublicAddresses): Error {
  if (address === undefined) return new Error(`${name} has no address`);
  const what = `${addresses.problem(address) ?? "not allowed"}, which IMAGETAGS_WEBHOOKS_ALLOW does not name`;
  return new Error(name === address ? `${address} is ${what}` : `${name} is at ${address}: ${what}`);
}
