import { describe, expect, test } from "vitest";
import { DatabaseUrlError, describeServer, parseDatabaseUrl } from "./database-url.ts";

const mysql = {
  kind: "mysql",
  host: "db",
  port: 3306,
  socket: undefined,
  user: "glance",
  password: "secret",
  database: "glance",
  tls: undefined,
  others: [],
  balances: false,
} as const;
const postgres = { ...mysql, kind: "postgres", port: 5432 } as const;
const tls = { verify: "none", ca: undefined, cert: undefined, key: undefined } as const;

describe("a database's URL", () => {
  test.each([
    ["mysql://glance:secret@db/glance", mysql],
    ["mariadb://glance:secret@db/glance", mysql],
    ["mysql+pymysql://glance:secret@db/glance?charset=utf8", mysql],
    ["mysql://glance@db:3307/glance", { ...mysql, port: 3307, password: undefined }],
    ["mysql://glance:s%2Fe%40c%3A%25@db/glance", { ...mysql, password: "s/e@c:%" }],
    ["mysql://glance:secret@[2001:db8::1]/glance", { ...mysql, host: "2001:db8::1" }],
    [
      "mysql://glance:secret@/glance?unix_socket=/run/mysqld/mysqld.sock",
      { ...mysql, host: "localhost", socket: "/run/mysqld/mysqld.sock" },
    ],
    [
      "mysql://glance:secret@db,db2:3307,[2001:db8::1]/glance",
      {
        ...mysql,
        others: [
          { host: "db2", port: 3307 },
          { host: "2001:db8::1", port: 3306 },
        ],
      },
    ],
    [
      "postgres://glance:secret@db,db2/glance?target_session_attrs=read-write&load_balance_hosts=random",
      { ...postgres, others: [{ host: "db2", port: 5432 }], balances: true },
    ],
    ["mysql://glance:secret@db/glänce", { ...mysql, database: "glänce" }],
    ["mysql://glance:secret@db/glance?ssl_mode=DISABLED&ssl_ca=/ca.pem", mysql],
    ["mysql://glance:secret@db/glance?ssl_mode=REQUIRED", { ...mysql, tls }],
    [
      "mysql://glance:secret@db/glance?ssl_ca=/ca.pem",
      { ...mysql, tls: { ...tls, verify: "ca", ca: "/ca.pem" } },
    ],
    [
      "mysql://glance:secret@db/glance?ssl_ca=/ca.pem&ssl_verify_identity=true&ssl_cert=/c&ssl_key=/k",
      { ...mysql, tls: { verify: "identity", ca: "/ca.pem", cert: "/c", key: "/k" } },
    ],
    [
      "mysql://glance:secret@db/glance?ssl_ca=/ca.pem&ssl_verify_cert=false",
      { ...mysql, tls: { ...tls, ca: "/ca.pem" } },
    ],
    ["mysql://glance:secret@db/glance?ssl_mode=VERIFY_CA", { ...mysql, tls: { ...tls, verify: "ca" } }],
    [
      "mysql://glance:secret@db/glance?ssl_mode=VERIFY_IDENTITY",
      { ...mysql, tls: { ...tls, verify: "identity" } },
    ],
    ["postgres://glance:secret@db/glance", postgres],
    ["postgresql://glance:secret@db/glance?sslmode=disable", postgres],
    ["postgresql+psycopg2://glance:secret@db/glance?client_encoding=utf8", postgres],
    [
      "postgresql:///glance?host=/run/postgresql",
      { ...postgres, host: "localhost", socket: "/run/postgresql", user: undefined, password: undefined },
    ],
    ["postgres://glance:secret@db/glance?sslmode=require", { ...postgres, tls }],
    [
      "postgres://glance:secret@db/glance?sslmode=require&sslrootcert=/ca.pem",
      { ...postgres, tls: { ...tls, verify: "ca", ca: "/ca.pem" } },
    ],
    ["postgres://glance:secret@db/glance?sslmode=verify-ca", { ...postgres, tls: { ...tls, verify: "ca" } }],
    [
      "postgres://glance:secret@db/glance?sslmode=verify-full&sslcert=/c&sslkey=/k",
      { ...postgres, tls: { verify: "identity", ca: undefined, cert: "/c", key: "/k" } },
    ],
  ])("%s is read", (url, location) => {
    expect(parseDatabaseUrl(url)).toEqual(location);
  });

  test.each([
    ["sqlite:glance.db", "glance.db"],
    ["sqlite:/srv/glance.db", "/srv/glance.db"],
    ["sqlite:///glance.db", "glance.db"],
    ["sqlite:////srv/glance.db", "/srv/glance.db"],
    ["sqlite+pysqlite:////srv/a%20b.db", "/srv/a%20b.db"],
  ])("%s names a file as it does to SQLAlchemy", (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ kind: "sqlite", path });
  });

  test.each([
    ["oracle://glance@db/glance", "must be sqlite:PATH"],
    ["mysql:glance", "must be sqlite:PATH"],
    // Every object inherits this name, which is no database's.
    ["constructor://glance@db/glance", "must be sqlite:PATH"],
    ["mysql://glance:secret@db", "must name a database"],
    ["mysql://glance:secret@db/", "must name a database"],
    ["mysql://glance:secret@db/a/b", "must name a database"],
    ["mysql://db/glance", "must name a user"],
    ["mysql://glance:se/cret@db/glance", "is written %XX"],
    ["mysql://glance:se?cret@db/glance", "is written %XX"],
    ["mysql://glance:se#cret@db/glance", "is written %XX"],
    // Python's SQLAlchemy would look for the host `cret@db`.
    ["mysql://glance:se@cret@db/glance", "is written %XX"],
    ["mysql://glance:secret@db/gl%C3%A4nce", "must name the database without %"],
    ["mysql://glance:secret@db/%00", "must name the database without %"],
    ["mysql://glance:secret@d%62/glance", "is written %XX"],
    ["mysql://glance:secret@db:/glance", "must have a port"],
    ["mysql://glance:secret@db1:,db2/glance", "must have a port"],
    ["mysql://glance:secret@db/../glance", "must name a database"],
    ["mysql://glance:secret@db/./glance", "must name a database"],
    ["mysql://glance:secret@db/glance ", "is written %XX"],
    [" mysql://glance:secret@db/glance", "is written %XX"],
    ["mysql://glance:se\tcret@db/glance", "is written %XX"],
    ["mysql://glance:secret@db/glance\n", "is written %XX"],
    ["mysql://glance:se%cret@db/glance", "must have every % written as %25"],
    ["mysql://glance:secret@db:99999/glance", "is written %XX"],
    ["mysql://glance:secret@db/glance#x", "is written %XX"],
    [
      "mysql://glance:secret@db/glance?sslmode=require",
      "must not have the parameter sslmode; there are: unix_socket",
    ],
    ["mysql://glance:secret@db/glance?ssl_mode=PREFERRED", "must have as ssl_mode one of: DISABLED"],
    ["mysql://glance:secret@db/glance?ssl_ca=a&ssl_ca=b", "must have the parameter ssl_ca once"],
    ["postgres://glance:secret@db/glance?sslmode=prefer", "must have as sslmode one of: disable"],
    ["postgres://glance:secret@db/glance?sslrootcert=/ca.pem", "must have an sslmode"],
    ["mysql://glance:secret@db1,,db2/glance", "must have between commas a host each"],
    ["mysql://glance:secret@db1,db2:port/glance", "must have between commas a host each"],
    ["mysql://glance:secret@db1,db2/glance?unix_socket=/s", "must name hosts or a socket, not both"],
    [
      "postgres://glance:secret@db1,db2/glance?target_session_attrs=standby",
      "must have as target_session_attrs one of",
    ],
    ["mysql://glance:secret@2001:db8::1/glance", "is written %XX"],
    ["mysql://glance:secret@/glance?unix_socket=mysqld.sock", "must name a socket by its full path"],
    ["postgresql://glance:secret@/glance?host=db", "must name a socket by its full path"],
    ["postgresql:///glance", "must name a host, or the folder of a socket"],
    ["postgresql://glance:secret@/glance", "must name a host, or the folder of a socket"],
    ["postgresql://glance:secret@/glance?host=db1:5432&host=db2:5432", "must have the parameter host once"],
    ["sqlite://", "must name no host but a file"],
    ["sqlite://srv/glance.db", "must name no host but a file"],
    ["sqlite+pysqlite:glance.db", "must name no host but a file"],
    ["sqlite:///", "must name a file"],
    ["sqlite:///:memory:", "must name a file"],
    ["sqlite:////srv/glance.db?timeout=20", "must have no parameters"],
    ["postgres://glance:secret@db/glance?connect_timeout=3", "must not have the parameter connect_timeout"],
  ])("%s is refused, and its password not told", (url, message) => {
    const parse = () => parseDatabaseUrl(url);
    expect(parse).toThrow(DatabaseUrlError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/se.?cret/);
  });

  test.each([
    [mysql, "mysql://glance@db:3306/glance"],
    [{ ...mysql, host: "::1" }, "mysql://glance@[::1]:3306/glance"],
    [{ ...mysql, socket: "/run/x.sock" }, "mysql://glance@/run/x.sock/glance"],
    [{ ...postgres, user: undefined }, "postgres://db:5432/glance"],
  ])("is told to people without its password", (server, text) => {
    expect(describeServer(server)).toBe(text);
  });
});
