import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { parseDatabaseUrl } from "./database-url.ts";

const PYTHON = "/usr/bin/python3";

const READ = `
import json, sys
from sqlalchemy.engine import make_url
for line in sys.stdin:
    try:
        url = make_url(json.loads(line))
        password = None if url.password is None else str(url.password)
        print(json.dumps([url.username, password, url.host, url.port, url.database]))
    except Exception:
        print("null")
`;

const read = z.tuple([
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
  z.int().nullable(),
  z.string().nullable(),
]);

function hasSqlalchemy(): boolean {
  try {
    execFileSync(PYTHON, ["-c", "import sqlalchemy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What may stand in a part of a URL, odd pieces among it. */
const part = (...usual: readonly string[]) =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...usual) },
        fc.constantFrom(
          "%2F",
          "%40",
          "%25",
          "%",
          "%zz",
          "+",
          "@",
          ":",
          "/",
          "?",
          "#",
          " ",
          "\\",
          "é",
          "%C3%A9",
        ),
        fc.constantFrom("[", "]", ".", "..", ",", "=", "&", "'", '"', "$", "~", ";", "|", "^", "\t", "A"),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((pieces) => pieces.join(""));

const hosts = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("db", "DB.example", "127.0.0.1", "127.1", "[2001:db8::1]", "my_db", ""),
  },
  part("db", "d"),
);
const url = fc.oneof(
  fc
    .record({
      scheme: fc.constantFrom(
        "mysql",
        "mysql+pymysql",
        "mariadb",
        "postgresql",
        "postgresql+psycopg2",
        "MYSQL",
      ),
      login: fc.oneof(
        fc.constant("glance:secret@"),
        fc.tuple(part("u", "user"), part("p", "pass")).map(([user, pass]) => `${user}:${pass}@`),
      ),
      host: hosts,
      port: fc.constantFrom("", "", ":3307", ":", ":03306", ":x"),
      database: fc.oneof(fc.constant("glance"), part("gl", "ance")),
    })
    .map(({ scheme, login, host, port, database }) => `${scheme}://${login}${host}${port}/${database}`),
  part("a", "b.db", "/").map((path) => `sqlite:///${path}`),
);

test.skipIf(!hasSqlalchemy())(
  "SQLAlchemy reads every URL of a database as it is read here, or it is refused here",
  () => {
    const urls = fc.sample(url, { numRuns: 3_000, seed: 20 });
    const told = execFileSync(PYTHON, ["-c", READ], {
      input: urls.map((text) => JSON.stringify(text)).join("\n"),
      encoding: "utf8",
    });
    const theirs = told.trim().split("\n");
    expect(theirs).toHaveLength(urls.length);
    let taken = 0;
    for (const [index, text] of urls.entries()) {
      const ours = readHere(text);
      if (ours === undefined) continue;
      taken += 1;
      const parsed = read.nullable().parse(JSON.parse(theirs[index] ?? "null"));
      expect(parsed, text).not.toBeNull();
      const [user, password, host, port, database] = parsed ?? [null, null, null, null, null];
      if (ours.kind === "sqlite") {
        expect(ours.path, text).toBe(database);
        continue;
      }
      expect([ours.user ?? null, ours.password ?? null, ours.database], text).toEqual([
        user,
        password === "" ? null : password,
        database,
      ]);
      // A list of hosts is ours alone; without a host SQLAlchemy leaves it to the driver.
      if (ours.others.length > 0 || host === null) continue;
      expect([ours.host.toLowerCase(), ours.port], text).toEqual([
        host.toLowerCase(),
        port ?? { mysql: 3306, postgres: 5432 }[ours.kind],
      ]);
    }
    expect(taken).toBeGreaterThan(300);
    expect(urls.length - taken).toBeGreaterThan(300);
  },
);

function readHere(text: string): ReturnType<typeof parseDatabaseUrl> | undefined {
  try {
    return parseDatabaseUrl(text);
  } catch {
    return undefined;
  }
}
