import { writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { ErrorReason } from "@imagetags/contract";
import Database from "better-sqlite3";
import { replyTo } from "../../http/errors.ts";
import { collidingTag } from "../../images/model/image-error.ts";
import { ask } from "../api.ts";
import type { RawReply } from "../raw-request.ts";
import { GLANCE_FILE } from "../glance-file.ts";
import { startTestServer } from "../test-server.ts";
import { EXAMPLE_IDS, OTHER_STATE } from "./example-ids.ts";
import type { ExampleRecorder } from "./example-recorder.ts";

/** An image of Glance's database, whose data Glance has. */
const GLANCES_IMAGE = "e04f6600-aec8-405b-ac26-7167d2eda606";
const path = `/v2/images/${EXAMPLE_IDS.debian13}`;

/** Records the errors that any route may answer. */
export async function recordCommonErrors(recorder: ExampleRecorder): Promise<void> {
  const { server, profile } = recorder;
  const removal = `${path}/tags/miracle`;
  const asked: readonly (readonly [ErrorReason, RawReply])[] = [
    ["malformed-query", await ask(server, "GET", "/v2/images?name=%zz")],
    ["not-authenticated", await ask(server, "DELETE", removal, { as: "NOBODY" })],
    ["forbidden", await ask(server, "DELETE", removal, { as: "ALPHA_READER" })],
    ["no-such-path", await ask(server, "GET", "/v2/nothing")],
    ["no-such-image", await ask(server, "GET", `/v2/images/${EXAMPLE_IDS.absent}`)],
    ["method-not-allowed", await ask(server, "PATCH", removal)],
    ["precondition-failed", await ask(server, "DELETE", removal, { headers: [["If-Match", OTHER_STATE]] })],
    ["body-too-large", await ask(server, "POST", "/v2/images", { body: " ".repeat(2_000_000) })],
  ];
  for (const [reason, reply] of asked) recorder.keepCommonError(reason, reply);

  // Only MariaDB and MySQL have columns that fold: this is how their refusal is answered.
  const { status, body } = replyTo(collidingTag("prod", "Prod"), profile, "");
  recorder.keepCommonError("colliding-tag", { status, body: JSON.stringify(body) });
}

/** Records what servers answer that are in trouble, or serve Glance's own database. */
export async function recordTroubles(recorder: ExampleRecorder): Promise<void> {
  const env = { IMAGETAGS_TAG_PROFILE: recorder.profile };
  const unforeseen = (): never => {
    throw new TypeError("Nobody foresaw this.");
  };
  await using broken = await startTestServer({ env, tokens: { validate: unforeseen } });
  recorder.keepCommonError("internal-error", await ask(broken, "GET", "/v2/images"));

  await using limited = await startTestServer({ env: { ...env, IMAGETAGS_CHANGES_PER_CALLER: "1/h" } });
  await ask(limited, "DELETE", `${path}/tags/miracle`);
  recorder.keepCommonError("too-many-changes", await ask(limited, "DELETE", `${path}/tags/miracle`));

  await using locked = await startTestServer({ env });
  using lock = new DatabaseLock(locked.databasePath);
  recorder.keepCommonError("database-unavailable", await ask(locked, "DELETE", `${path}/tags/miracle`));
  lock[Symbol.dispose]();

  using folder = temporaryFolder();
  const file = folder.at("out-of-service");
  writeFileSync(file, "");
  await using leaving = await startTestServer({ env: { ...env, IMAGETAGS_DISABLE_BY_FILE: file } });
  for (const name of ["health.check", "health.ready"])
    recorder.keepError(name, "not-ready", await ask(leaving, "GET", pathOf(name), { as: "NOBODY" }));

  await using glances = await startTestServer({ env, copyOf: GLANCE_FILE });
  const ofImage = { path: { image_id: GLANCES_IMAGE }, as: "ADMIN" } as const;
  await recorder.refused("imageData.download", "image-data-elsewhere", ofImage, glances);
  await recorder.refused("images.delete", "image-data-elsewhere", ofImage, glances);
  const ofRule = { path: { rule_id: EXAMPLE_IDS.absent }, as: "ADMIN" } as const;
  const body = { pattern: "release-*", forbid: ["remove"] };
  await recorder.refused("tagRules.list", "no-tag-rules", { as: "ADMIN" }, glances);
  await recorder.refused("tagRules.create", "no-tag-rules", { as: "ADMIN", body }, glances);
  await recorder.refused("tagRules.show", "no-tag-rules", ofRule, glances);
  await recorder.refused("tagRules.delete", "no-tag-rules", ofRule, glances);
}

function pathOf(name: string): string {
  return name === "health.check" ? "/healthcheck" : "/readyz";
}

/** Another process's hold of a database's lock. */
class DatabaseLock {
  readonly #connection: Database.Database;

  constructor(databasePath: string) {
    this.#connection = new Database(databasePath);
    this.#connection.exec("BEGIN IMMEDIATE");
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}
