import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { doctorCommand } from "../commands/doctor/doctor-command.ts";
import { eventsCommand } from "../commands/events/events-command.ts";
import { guardCommand } from "../commands/guard/guard-command.ts";
import { migrateCommand } from "../commands/migrate-command.ts";
import { purgeCommand } from "../commands/purge/purge-command.ts";
import { checkUpgrade } from "../commands/upgrade/check-upgrade.ts";
import { ask, makeImage } from "../testing/api.ts";
import { describeOnDatabases } from "../testing/database-kinds.ts";
import { describeOnGlancesTables } from "../testing/glance-databases.ts";
import { glanceStatements, type GlanceStatements } from "../testing/glance-statements.ts";
import { jsonOf } from "../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { READY, upload } from "../testing/upload.ts";

/** Many changes, one after the other, on servers that have much else to do. */
const timeout = 120_000;
const TABLES = ["images", "image_tags", "image_properties", "image_members", "image_locations"];

/** The statements of docs/databases.md, by the line above them. */
function documented(kind: "mysql" | "postgres"): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(new URL("../../../../docs/databases.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```sql\n(-- serve\n.*?)```/gs)].map(([, block = ""]) => block);
  const block = blocks[kind === "mysql" ? 0 : 1] ?? "";
  return new Map(
    block.split(/^-- /m).flatMap((part) => {
      const [name = "", ...statements] = part.trim().split("\n");
      return name === "" ? [] : [[name, statements] as const];
    }),
  );
}

/** An account of its own on a database. */
class Account {
  readonly url: string;
  readonly #root: GlanceStatements;
  readonly #name = `rights_${randomUUID().slice(0, 8)}`;
  readonly #kind: "mysql" | "postgres";
  readonly #database: string;

  constructor(url: string, root: GlanceStatements) {
    const { host, pathname, protocol } = new URL(url);
    this.#root = root;
    this.#kind = protocol === "mysql:" ? "mysql" : "postgres";
    this.#database = pathname.slice(1);
    this.url = `${protocol}//${this.#name}@${host}${pathname}`;
  }

  async make(): Promise<void> {
    await this.#root.query(
      this.#kind === "mysql" ? `CREATE USER '${this.#name}'@'%'` : `CREATE ROLE ${this.#name} LOGIN`,
    );
  }

  /** Gives what the documents name so, and nothing else. */
  async grant(...names: string[]): Promise<void> {
    const blocks = documented(this.#kind);
    for (const name of names) {
      const statements = blocks.get(name);
      if (statements === undefined) throw new Error(`The documents have no grants "${name}".`);
      for (const statement of statements) {
        const own =
          this.#kind === "mysql"
            ? statement.replace("glance.", `${this.#database}.`).replace("'imagetags'", `'${this.#name}'`)
            : statement.replace("TO imagetags", `TO ${this.#name}`);
        await this.#root.query(own);
      }
    }
  }

  /** Takes the account away, with all that it made. */
  async drop(): Promise<void> {
    if (this.#kind === "postgres") await this.#root.query(`DROP OWNED BY ${this.#name}`);
    await this.#root.query(
      this.#kind === "mysql" ? `DROP USER '${this.#name}'@'%'` : `DROP ROLE ${this.#name}`,
    );
  }
}

/** Does all that callers can, so that every statement of the server is run. */
async function serveAll(
  url: string,
  root: GlanceStatements,
  hasOurTables: boolean,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  await using server = await startTestServer({ env: { IMAGETAGS_DATABASE_URL: url, ...settings } });
  const path = `/v2/images/${await makeImage(server, { ...READY, tags: ["a", "b"], color: "red", size_of: "s" })}`;
  const patch = [
    { op: "replace", path: "/color", value: "blue" },
    { op: "remove", path: "/size_of" },
    { op: "add", path: "/more", value: "x" },
    { op: "replace", path: "/tags", value: ["a", "c"] },
  ];
  const type = [["Content-Type", "application/openstack-images-v2.1-json-patch"]] as const;
  const statuses = [
    await ask(server, "PATCH", path, { body: JSON.stringify(patch), headers: type }),
    await ask(server, "PUT", `${path}/tags/d`),
    await ask(server, "DELETE", `${path}/tags/d`),
    await ask(server, "DELETE", `${path}/tags/d`),
    await ask(server, "DELETE", `${path}/tags/a`, { as: "ADMIN" }),
    await ask(server, "GET", "/v2/images?tag=c"),
    await ask(server, "GET", path),
    await ask(server, "POST", `${path}/members`, { body: '{"member":"beta"}' }),
    await ask(server, "PUT", `${path}/members/beta`, { body: '{"status":"accepted"}', as: "BETA_MEMBER" }),
    await ask(server, "GET", `${path}/members`),
    await ask(server, "GET", "/readyz", { as: "NOBODY" }),
    await ask(server, "GET", "/healthcheck", { as: "NOBODY" }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 204, 204, 404, 204, 200, 200, 200, 200, 200, 200, 200]);
  await root.query(
    `INSERT INTO image_members (image_id, member, can_share, status, created_at, updated_at, deleted)
     SELECT image_id, member, can_share, status, created_at, updated_at, deleted FROM image_members WHERE image_id = ?`,
    path.slice("/v2/images/".length),
  );
  expect((await ask(server, "DELETE", `${path}/members/beta`)).status).toBe(204);
  expect((await upload(server, path.slice("/v2/images/".length), "data")).status).toBe(204);
  expect((await ask(server, "GET", `${path}/file`)).body).toBe("data");
  for (const action of ["deactivate", "reactivate"]) {
    expect((await ask(server, "POST", `${path}/actions/${action}`, { as: "ADMIN" })).status).toBe(204);
  }
  const events = jsonOf(await ask(server, "GET", `${path}/tag-events`));
  expect(events).toMatchObject({ source: hasOurTables ? "events" : "glance" });
  if (hasOurTables) {
    await undoNewest(server, events);
    await makeAndDeleteRule(server);
  }
  expect((await ask(server, "DELETE", path)).status).toBe(204);
  expect(server.logged()).not.toContain('"level":"error"');
}

async function undoNewest(server: TestServer, list: unknown): Promise<void> {
  const events: unknown = typeof list === "object" && list !== null && Reflect.get(list, "tag_events");
  const [newest]: unknown[] = Array.isArray(events) ? events : [];
  const id: unknown = typeof newest === "object" && newest !== null && Reflect.get(newest, "id");
  expect((await ask(server, "POST", `/v2/tag-events/${String(id)}/undo`)).status).toBe(204);
}

async function makeAndDeleteRule(server: TestServer): Promise<void> {
  const rule = JSON.stringify({ pattern: "never-*", forbid: ["add"] });
  const made = await ask(server, "POST", "/v2/tag-rules", { as: "ADMIN", body: rule });
  expect(made.status, made.body).toBe(201);
  const body = jsonOf(made);
  const id: unknown = typeof body === "object" && body !== null && Reflect.get(body, "id");
  expect((await ask(server, "DELETE", `/v2/tag-rules/${String(id)}`, { as: "ADMIN" })).status).toBe(204);
}

/** Makes what was deleted as if it were long ago. */
async function ageDeleted(url: string, root: GlanceStatements): Promise<void> {
  for (const table of TABLES) {
    await root.query(`UPDATE ${table} SET deleted_at = '2020-01-01 00:00:00' WHERE deleted`);
  }
  const old = url.startsWith("mysql")
    ? "unhex('00000000000170008000000000000000')"
    : "'00000000-0001-7000-8000-000000000000'";
  await root.query(
    `INSERT INTO imagetags_events (id, image_id, tag, added) VALUES (${old}, 'none', 'old', true)`,
  );
}

async function dropOurTables(root: GlanceStatements): Promise<void> {
  for (const table of ["events", "outbox", "given_up", "leases", "rules", "rules_version"]) {
    await root.query(`DROP TABLE IF EXISTS imagetags_${table}`);
  }
}

/** Purges, and expects that there was something to remove in each table. */
async function purgeAll(url: string, said: () => string): Promise<void> {
  const env = { IMAGETAGS_DATABASE_URL: url };
  expect(await purgeCommand.run(["--older-than", "1h", "--images"], env)).toBe(0);
  for (const table of TABLES) expect(said()).toMatch(new RegExp(`^  ${table} +[1-9]\\d* removed$`, "m"));
}

/** What commands print. */
let printed = "";
beforeEach(() => {
  printed = "";
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  }
});
afterEach(() => void vi.restoreAllMocks());

test("the documents name the same grants for both kinds of database", () => {
  const mysql = [...documented("mysql").keys()];
  expect(mysql).toHaveLength(11);
  // An index takes the owner there, which no grant makes.
  expect([...documented("postgres").keys()]).toEqual(mysql.filter((name) => !name.startsWith("doctor")));
});

describeOnGlancesTables("exactly the rights of the documents, on the tables of Glance's on", (kind) => {
  const isMaria = kind.name === "MariaDB";

  test(
    "let the server serve, and each command do its work; with less it is refused",
    { timeout },
    async () => {
      await using stack = new AsyncDisposableStack();
      const db = await kind.take();
      stack.defer(() => db.giveBack());
      const root = stack.use(await glanceStatements(db.url));
      const account = async (): Promise<Account> => {
        const made = new Account(db.url, root);
        await made.make();
        stack.defer(() => made.drop());
        return made;
      };
      const server = await account();
      const maker = await account();
      const warden = await account();
      const env = ({ url }: Pick<Account, "url">) => ({ IMAGETAGS_DATABASE_URL: url });
      stack.defer(() => dropOurTables(root));
      await expect(checkUpgrade(env(server))).resolves.toContainEqual(
        expect.objectContaining({ result: "failure" }),
      );
      for (const one of [server, maker, warden]) await one.grant("serve");
      await serveAll(server.url, root, false);
      await expect(checkUpgrade(env(server))).resolves.not.toContainEqual(
        expect.objectContaining({ result: "failure" }),
      );

      await expect(migrateCommand.run(["--alongside"], env(maker))).rejects.toThrow(/denied/);
      await maker.grant("migrate --alongside, beside serve");
      await migrateCommand.run(["--alongside"], env(maker));
      await server.grant("serve, where there are our tables imagetags_...");
      await serveAll(server.url, root, true);
      await server.grant("serve, where notifications are sent");
      await serveAll(server.url, root, true, { IMAGETAGS_NOTIFY_URL: "rabbit://127.0.0.1:1" });
      await root.query(
        "INSERT INTO imagetags_given_up SELECT destination, event_id, 1, 'no', 1 FROM imagetags_outbox",
      );
      const retry = ["retry", "rabbitmq", "--all"];
      await expect(eventsCommand.run(retry, env(server))).rejects.toThrow(/DENIED|42501/);
      await root.query("DELETE FROM imagetags_outbox");
      await server.grant("events, where notifications are sent");
      expect(await eventsCommand.run(retry, env(server))).toBe(0);
      expect(await eventsCommand.run(["drop-waiting", "rabbitmq", "--all", "--yes"], env(server))).toBe(0);

      await ageDeleted(db.url, root);
      expect(await purgeCommand.run(["--older-than", "1h"], env(server))).toBe(1);
      expect(printed).toMatch(/DENIED|42501/);
      await server.grant("purge, beside serve", "purge, where there is imagetags_events");
      await purgeAll(server.url, () => printed);

      stack.defer(() => guardCommand.run(["off", "--yes"], env(db)).then(() => undefined));
      await expect(guardCommand.run(["on", "--yes"], env(warden))).rejects.toThrow(/denied/);
      await warden.grant("guard, beside serve");
      expect(await guardCommand.run(["on", "--yes"], env(warden))).toBe(0);
      await serveAll(server.url, root, true);
      expect(await guardCommand.run(["off", "--yes"], env(isMaria ? warden : db))).toBe(0);

      if (!isMaria) return;
      await expect(doctorCommand.run(["--add-indexes", "--yes"], env(maker))).rejects.toThrow();
      await maker.grant("doctor --add-indexes, beside serve");
      await doctorCommand.run(["--add-indexes", "--yes"], env(maker));
      await root.query("DROP INDEX imagetags_tag_value ON image_tags");
      expect(printed).toContain("The index was added.");
    },
  );
});

describeOnDatabases(
  "exactly the rights of the documents, over",
  (kind) => {
    test(
      "let one account migrate and another serve and purge; with less they are refused",
      { timeout },
      async () => {
        await using stack = new AsyncDisposableStack();
        const db = await kind.makeEmpty();
        stack.defer(() => db.drop());
        const root = stack.use(await glanceStatements(db.url));
        const account = async (): Promise<Account> => {
          const made = new Account(db.url, root);
          await made.make();
          stack.defer(() => made.drop());
          return made;
        };
        const maker = await account();
        const server = await account();
        const env = ({ url }: Account) => ({ IMAGETAGS_DATABASE_URL: url });
        await expect(migrateCommand.run([], env(maker))).rejects.toThrow(/denied/);
        await maker.grant("migrate, on our own tables");
        expect(await migrateCommand.run([], env(maker))).toBe(0);
        expect(await migrateCommand.run([], env(maker))).toBe(0);

        await server.grant(
          "serve",
          "serve, where there are our tables imagetags_...",
          "serve, on our own tables",
        );
        await serveAll(server.url, root, true);
        await ageDeleted(db.url, root);
        expect(await purgeCommand.run(["--older-than", "1h"], env(server))).toBe(1);
        expect(printed).toMatch(/DENIED|42501/);
        await server.grant("purge, beside serve", "purge, where there is imagetags_events");
        await purgeAll(server.url, () => printed);
      },
    );
  },
  ({ isServer, hasGlancesImages }) => isServer && !hasGlancesImages,
);
