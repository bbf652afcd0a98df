import { execFileSync } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import type { Postgres } from "@imagetags/testing/databases/start-postgres";

/** Debian keeps it beside the server, by version. */
const PROGRAM = globSync("/usr/lib/postgresql/*/bin/pgbench").at(-1);
/** Prints the statement that our server removes a tag by. */
const STATEMENT = fileURLToPath(
  new URL("../../apps/server/src/testing/programs/batch-removal-sql.ts", import.meta.url),
);
const THREADS = 2;
const TAGS_PER_IMAGE = 100;
const OWNER = "bench";
/** A removal is later than the one before it of the same image: the server leaves any other for a transaction. */
const NOW = "(timestamp '2031-01-01' + :turn * interval '1 millisecond')";
const RATE = /^tps = ([\d.]+)/m;

export const HAS_PGBENCH = PROGRAM !== undefined;

/** Removes tags by the statement that our server removes one by, through nothing but the database's own client. */
export class Pgbench {
  #postgres;
  #database;
  #script;
  /** Images have numbers here: pgbench makes nothing but numbers. */
  #images = 0;

  /** `database` one with our tables. */
  constructor(postgres: Pick<Postgres, "port" | "query">, database: string, folder: string) {
    this.#postgres = postgres;
    this.#database = database;
    this.#script = join(folder, "pgbench.sql");
    writeFileSync(this.#script, script());
  }

  /**
   * Removes about so many tags, the first of all images first as the server is asked to; resolves with how many in
   * a second.
   */
  async measure({ connections, count }: { connections: number; count: number }) {
    const each = Math.ceil(count / connections);
    // Each client has images of its own: the statement passes over an image that another holds.
    const own = Math.ceil(each / TAGS_PER_IMAGE);
    const images = own * connections;
    const first = this.#images;
    this.#images += images;
    await this.#makeTags(first, images);
    const variables = { first, own, turn: 0, owner: OWNER };
    const printed = await runToEnd(PROGRAM ?? "", [
      "--no-vacuum",
      "--protocol=prepared",
      "--host=127.0.0.1",
      `--port=${this.#postgres.port}`,
      "--username=cloud",
      `--client=${connections}`,
      `--jobs=${Math.min(THREADS, connections)}`,
      ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
      `--transactions=${each}`,
      `--file=${this.#script}`,
      this.#database,
    ]);
    const [[removed] = []] = await this.#query(
      `SELECT count(*) FROM image_tags WHERE deleted AND image_id::int >= ${first}`,
    );
    if (Number(removed) !== each * connections)
      throw new Error(`pgbench removed ${removed} tags in ${each * connections} transactions.`);
    return Number(RATE.exec(printed)?.[1]);
  }

  async #makeTags(first: number, images: number) {
    await this.#query(`
      INSERT INTO images (id, owner, name, status, min_disk, min_ram, created_at, updated_at, deleted)
        SELECT ${first} + n, '${OWNER}', 'bench', 'queued', 0, 0, now(), now(), false
        FROM generate_series(0, ${images - 1}) AS n;
      INSERT INTO image_tags (image_id, value, created_at, updated_at, deleted)
        SELECT ${first} + n, tag, now(), now(), false
        FROM generate_series(0, ${images - 1}) AS n, generate_series(0, ${TAGS_PER_IMAGE - 1}) AS tag;`);
  }

  #query(statement: string) {
    return this.#postgres.query(statement, this.#database);
  }
}

/** Each client's every turn is another tag. */
function script() {
  const args = [STATEMENT, ":image", ":tag", ":owner", NOW];
  const printed = execFileSync(process.execPath, args, { encoding: "utf8" });
  const { sql, parameters }: { sql: string; parameters: unknown[] } = JSON.parse(printed);
  return [
    "\\set image :first + :client_id * :own + :turn % :own",
    "\\set tag :turn / :own",
    "\\set turn :turn + 1",
    `${sql.replaceAll(/\$(\d+)/g, (_, number) => toValue(parameters[Number(number) - 1]))};\n`,
  ].join("\n");
}

function toValue(parameter: unknown) {
  return Array.isArray(parameter) ? `array[${parameter.join(", ")}]` : String(parameter);
}
