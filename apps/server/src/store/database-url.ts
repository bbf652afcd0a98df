import { resolve } from "node:path";

/** The address of a database server: a name or an IP address, and a port. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** A database server, and how to log in. */
export interface DatabaseServer {
  readonly kind: "mysql" | "postgres";
  /** A name or an IP address. It has no meaning where there is a `socket`. */
  readonly host: string;
  readonly port: number;
  /** The servers that are tried in turn when that one fails. */
  readonly others: readonly ServerAddress[];
  /** Whether they are tried in a random order. */
  readonly balances: boolean;
  /** The path of a Unix socket. On PostgreSQL it is the path of the socket's folder. */
  readonly socket: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: TlsFiles | undefined;
}

/** How a connection is encrypted. The files are PEM. */
export interface TlsFiles {
  /** What is checked of the server: nothing, its certificate, or its certificate and its host name. */
  readonly verify: "none" | "ca" | "identity";
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** Where the database is. */
export type DatabaseLocation = { readonly kind: "sqlite"; readonly path: string } | DatabaseServer;

/** A URL that names no database. The message tells what is wrong, without a password. */
export class DatabaseUrlError extends Error {
  override readonly name = "DatabaseUrlError";
}

/** The names that SQLAlchemy may write before `://`, with or without a driver's after a `+`. */
const SCHEMES: ReadonlyMap<string, DatabaseServer["kind"]> = new Map([
  ["mysql", "mysql"],
  ["mariadb", "mysql"],
  ["postgres", "postgres"],
  ["postgresql", "postgres"],
]);

const FORMS =
  "must be sqlite:PATH, mysql://USER:PASSWORD@HOST/DATABASE or postgres://USER:PASSWORD@HOST/DATABASE";

const ESCAPES = `${FORMS}; what of a name or password is no letter or digit is written %XX`;

/**
 * Reads `sqlite:PATH`, or the URL of a database server as Glance's own `[database] connection` has it
 * (`mysql+pymysql://`, `postgresql+psycopg2://`). Throws a {@link DatabaseUrlError}.
 */
export function parseDatabaseUrl(text: string): DatabaseLocation {
  const file = /^sqlite(\+pysqlite)?:(.+)$/.exec(text)?.slice(1);
  if (file !== undefined) return { kind: "sqlite", path: filePath(file[1] ?? "", file[0] !== undefined) };
  // The URL parser drops these, and other programs do not.
  if (/^ | $|\p{Cc}/u.test(text)) throw new DatabaseUrlError(ESCAPES);
  const scheme = /^([a-z]+)(?:\+[a-z0-9_]+)?:\/\//.exec(text);
  const kind = SCHEMES.get(scheme?.[1] ?? "");
  if (scheme === null || kind === undefined) throw new DatabaseUrlError(FORMS);
  return parseServerUrl(kind, text.slice(scheme[0].length));
}

/** A database for people to read: a file by its full path, a server's without the password. */
export function describeDatabase(location: DatabaseLocation): string {
  return location.kind === "sqlite" ? resolve(location.path) : describeServer(location);
}

/** See {@link describeDatabase}. */
export function describeServer(server: DatabaseServer): string {
  const { kind, host, port, others, socket, user, database } = server;
  const name = user === undefined ? "" : `${encodeURIComponent(user)}@`;
  const place = socket ?? [{ host, port }, ...others].map(describeAddress).join(",");
  return `${kind}://${name}${place}/${encodeURIComponent(database)}`;
}

function describeAddress({ host, port }: ServerAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * A path after two slashes is read as SQLAlchemy reads it, for which a third slash ends the (empty) host. So
 * `sqlite:///a` is relative, and `sqlite:////a` absolute.
 */
function filePath(text: string, hasDriver: boolean): string {
  const asUrl = text.startsWith("//");
  if (asUrl ? !text.startsWith("///") : hasDriver) {
    throw new DatabaseUrlError(
      "must name no host but a file: sqlite:PATH, sqlite:///RELATIVE or sqlite:////ABSOLUTE",
    );
  }
  const path = asUrl ? text.slice(3) : text;
  if (path === "" || path.startsWith(":memory:") || path.startsWith("file:")) {
    throw new DatabaseUrlError("must name a file: sqlite:PATH");
  }
  if (asUrl && path.includes("?")) {
    throw new DatabaseUrlError("must have no parameters where it names a file of SQLite");
  }
  return path;
}

function parseServerUrl(kind: DatabaseServer["kind"], rest: string): DatabaseServer {
  // The rest of a password behind a slash would pass for something else, and be told.
  if (/[/?#].*@/s.test(rest)) throw new DatabaseUrlError(ESCAPES);
  // The parser refuses an empty host before a path, as the URL of a socket has it.
  const noHost = /^(?:[^/?#]*@)?\//.test(rest);
  // The parser knows one host only. The others are cut out and read by themselves.
  const [, before = "", hosts = "", after = ""] = /^([^/?#]*@|)([^/?#@]*)(.*)$/s.exec(rest) ?? [];
  const [first = "", ...more] = hosts.split(",");
  // SQLAlchemy ends a password at the first @, and leaves hosts and databases as they are written; libpq decodes them.
  if (before.slice(0, -1).includes("@") || hosts.includes("%")) throw new DatabaseUrlError(ESCAPES);
  if (/:(?:,|$)/.test(hosts)) throw new DatabaseUrlError("must have a port after the colon behind its host");
  const url = URL.parse(`db://${before}${noHost ? "localhost" : first}${after}`);
  if (url === null || url.hash !== "") throw new DatabaseUrlError(ESCAPES);
  const database = /^\/([^?]*)/.exec(after)?.[1] ?? "";
  if (database === "" || database.includes("/"))
    throw new DatabaseUrlError(`must name a database: ${FORMS.slice(5)}`);
  if (database.includes("%"))
    throw new DatabaseUrlError("must name the database without %: programs differ in what it stands for");
  const user = url.username === "" ? undefined : decode(url.username);
  if (user === undefined && before !== "") throw new DatabaseUrlError("must name a user before its @");
  if (kind === "mysql" && user === undefined)
    throw new DatabaseUrlError("must name a user: mysql://USER:PASSWORD@HOST/DATABASE");
  const parameters = new Parameters(url.searchParams, kind);
  const socket = kind === "mysql" ? parameters.get("unix_socket") : parameters.get("host");
  if (socket?.startsWith("/") === false) {
    throw new DatabaseUrlError("must name a socket by its full path, and a host before the database's name");
  }
  // libpq would look for a socket where it was built to. Other libraries would take a default host.
  if (kind === "postgres" && noHost && socket === undefined) {
    throw new DatabaseUrlError("must name a host, or the folder of a socket: ?host=/run/postgresql");
  }
  if (socket !== undefined && more.length > 0)
    throw new DatabaseUrlError("must name hosts or a socket, not both");
  // Servers that cannot be written to are never used.
  parameters.oneOf("target_session_attrs", ["any", "read-write", "primary"]);
  return {
    kind,
    ...addressOf(kind, url),
    others: more.map((text) => parseAddress(kind, text)),
    balances: parameters.oneOf("load_balance_hosts", ["disable", "random"]) === "random",
    socket,
    user,
    password: url.password === "" ? undefined : decode(url.password),
    database,
    tls: kind === "mysql" ? mysqlTls(parameters) : postgresTls(parameters),
  };
}

function parseAddress(kind: DatabaseServer["kind"], text: string): ServerAddress {
  const url = URL.parse(`db://${text}`);
  if (text === "" || url === null || url.pathname !== "") {
    throw new DatabaseUrlError("must have between commas a host each, or HOST:PORT");
  }
  return addressOf(kind, url);
}

function addressOf(kind: DatabaseServer["kind"], url: URL): ServerAddress {
  return {
    host: decode(url.hostname).replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? { mysql: 3306, postgres: 5432 }[kind] : Number(url.port),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DatabaseUrlError("must have every % written as %25 that stands for no other character");
  }
}

/**
 * The parameters that may stand after the `?`. Those that only concern Python's drivers are let pass, so that
 * Glance's URL can be used.
 */
const KNOWN = {
  mysql: [
    "unix_socket",
    "ssl_mode",
    "ssl_ca",
    "ssl_cert",
    "ssl_key",
    "ssl_verify_cert",
    "ssl_verify_identity",
    "load_balance_hosts",
    "target_session_attrs",
  ],
  postgres: [
    "host",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "load_balance_hosts",
    "target_session_attrs",
  ],
} as const;
const PASSED_OVER = {
  mysql: ["charset", "use_unicode", "binary_prefix"],
  postgres: ["client_encoding"],
} as const;

class Parameters {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams, kind: DatabaseServer["kind"]) {
    this.#values = values;
    const known: readonly string[] = [...KNOWN[kind], ...PASSED_OVER[kind]];
    for (const name of new Set(values.keys())) {
      if (!known.includes(name)) {
        throw new DatabaseUrlError(`must not have the parameter ${name}; there are: ${known.join(", ")}`);
      }
      if (values.getAll(name).length > 1)
        throw new DatabaseUrlError(`must have the parameter ${name} once at most`);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name) ?? undefined;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const text = this.get(name);
    if (text === undefined) return undefined;
    const value = values.find((one) => one === text);
    if (value === undefined) throw new DatabaseUrlError(`must have as ${name} one of: ${values.join(", ")}`);
    return value;
  }
}

/**
 * The parameters as PyMySQL reads them. A `ssl_ca` has the certificate checked, and the host name only where
 * another asks for that.
 */
function mysqlTls(parameters: Parameters): TlsFiles | undefined {
  const mode = parameters.oneOf("ssl_mode", ["DISABLED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"]);
  const files = {
    ca: parameters.get("ssl_ca"),
    cert: parameters.get("ssl_cert"),
    key: parameters.get("ssl_key"),
  };
  const checks = parameters.oneOf("ssl_verify_cert", ["true", "false"]);
  const identity = parameters.oneOf("ssl_verify_identity", ["true", "false"]) === "true";
  if (mode === "DISABLED") return undefined;
  if (
    mode === undefined &&
    !identity &&
    checks !== "true" &&
    Object.values(files).every((file) => file === undefined)
  ) {
    return undefined;
  }
  if (mode === "VERIFY_IDENTITY" || identity) return { verify: "identity", ...files };
  const byCa = checks === undefined ? files.ca !== undefined && mode !== "REQUIRED" : checks === "true";
  return { verify: mode === "VERIFY_CA" || byCa ? "ca" : "none", ...files };
}

/**
 * The parameters as libpq reads them, except that nothing is tried in turn. A connection is not encrypted
 * without `sslmode`.
 */
function postgresTls(parameters: Parameters): TlsFiles | undefined {
  const mode = parameters.oneOf("sslmode", ["disable", "require", "verify-ca", "verify-full"]);
  const files = {
    ca: parameters.get("sslrootcert"),
    cert: parameters.get("sslcert"),
    key: parameters.get("sslkey"),
  };
  if (mode === undefined && Object.values(files).some((file) => file !== undefined)) {
    throw new DatabaseUrlError("must have an sslmode where it names certificates");
  }
  if (mode === undefined || mode === "disable") return undefined;
  // libpq checks for `require` too when it has a certificate to check by.
  if (mode === "require") return { verify: files.ca === undefined ? "none" : "ca", ...files };
  return { verify: mode === "verify-full" ? "identity" : "ca", ...files };
}
