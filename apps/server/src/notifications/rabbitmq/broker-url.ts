/** A RabbitMQ server of several that are one cluster. */
export interface BrokerHost {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** The brokers, as `transport_url` of oslo.messaging names them. */
export interface Brokers {
  readonly hosts: readonly [BrokerHost, ...BrokerHost[]];
  readonly vhost: string;
  /** Whether the URL itself asks for TLS; `undefined`: it says nothing. */
  readonly tls: boolean | undefined;
}

/** What is wrong with a URL. The message repeats nothing of it: it holds a password. */
export class BrokerUrlError extends Error {
  override readonly name = "BrokerUrlError";
}

const FORM =
  "must look like rabbit://USER:PASSWORD@HOST:5672/VHOST, with commas between several USER:PASSWORD@HOST";
const ONE =
  /^(?:(?<user>[^:@]*):(?<password>[^@]*)@)?(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[^:@[\]\s]+))(?::(?<port>\d{1,5}))?$/i;

/**
 * Reads `rabbit://user:password@host:port,user:password@host:port/vhost`. A port is 5672, and a user `guest`, where none is
 * given. Throws a {@link BrokerUrlError}. Source: oslo.messaging, `TransportURL.parse` and its driver for RabbitMQ.
 */
export function parseBrokerUrl(text: string): Brokers {
  const match = /^rabbit:\/\/([^/?#\s]+)(?:\/([^?#\s]*))?(?:\?([^#\s]*))?$/.exec(text);
  if (match === null) throw new BrokerUrlError(FORM);
  const [, servers = "", vhost = "", query = ""] = match;
  const [first, ...others] = servers
    .split(",")
    .filter((one) => one !== "")
    .map(readHost);
  if (first === undefined) throw new BrokerUrlError(FORM);
  return { hosts: [first, ...others], vhost: decoded(vhost) || "/", tls: readTls(query) };
}

function readHost(text: string): BrokerHost {
  const { user, password, ipv6, name, port = "5672" } = ONE.exec(text)?.groups ?? {};
  const host = ipv6 ?? name;
  if (host === undefined || Number(port) === 0 || Number(port) > 65_535) throw new BrokerUrlError(FORM);
  return {
    host,
    port: Number(port),
    username: user === undefined ? "guest" : decoded(user),
    password: password === undefined ? "guest" : decoded(password),
  };
}

/** Of the options that oslo.messaging takes there, the one that decides how to connect. */
function readTls(query: string): boolean | undefined {
  let tls: boolean | undefined;
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== "ssl") throw new BrokerUrlError("must have no option behind ? but ssl");
    if (/^(?:true|1|yes|on)$/i.test(value)) tls = true;
    else if (/^(?:false|0|no|off)$/i.test(value)) tls = false;
    else throw new BrokerUrlError("must have true or false for ssl");
  }
  return tls;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BrokerUrlError("must have %25 for a % that is one");
  }
}
