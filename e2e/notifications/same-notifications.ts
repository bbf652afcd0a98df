import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startProgram } from "@imagetags/testing/processes/program";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";
import { toRead, type Mailbox, type Notification, type Read } from "./mailbox.ts";
import { until } from "./until.ts";

const LISTENER = fileURLToPath(new URL("listen.py", import.meta.url));

/** What ours says otherwise than Glance's, on purpose. */
const OF_EACH_MESSAGE = ["message_id", "_unique_id", "timestamp"];
const CONTEXT = ["_context_user_id", "_context_project_id", "_context_request_id"];
/** What another change of the same image says otherwise. */
const OF_EACH_CHANGE = ["updated_at", "tags"];

export interface Parts {
  readonly checks: Checks;
  readonly mailbox: Mailbox;
  /** The broker, as `transport_url` has it. */
  readonly url: string;
  readonly glance: ImageApi;
  readonly ours: ImageApi;
  readonly who: { readonly user: string; readonly project: string };
}

/** Changes one image through Glance and through the server, and holds what is told of it side by side. */
export async function sameNotificationChecks({
  checks,
  mailbox,
  url,
  glance,
  ours,
  who,
}: Parts): Promise<void> {
  using folder = temporaryFolder("listener");
  await using listener = await startProgram(
    { name: "The listener", command: "/usr/bin/python3", args: [LISTENER, url], folder: folder.path },
    (started) => started.stderr().includes("listening"),
  );
  const heard = (): Read[] =>
    listener
      .stdout()
      .split("\n")
      .slice(0, -1)
      .map((line) => toRead(JSON.parse(line)));

  const id = await glance.create({
    name: "told",
    tags: ["kept", "é"],
    disk_format: "raw",
    container_format: "bare",
    min_ram: 512,
    os_distro: "debian",
  });
  /** What is told of a change, which is made when all before it was told. */
  const told = async (change: () => Promise<unknown>): Promise<Notification> => {
    const before = new Set(mailbox.came.map(idOf));
    await change();
    const isNew = (one: Notification): boolean =>
      one.message["event_type"] === "image.update" && !before.has(idOf(one));
    return await until("notification", () => mailbox.came.find(isNew));
  };
  await until("notification of the new image", () => mailbox.came[0]);
  const pairs: (readonly [what: string, theirs: Notification, ours: Notification])[] = [];
  await checks.check("Glance and the server tell of each addition and removal", async () => {
    pairs.push([
      "an addition",
      await told(() => glance.addTag(id, "by-glance")),
      await told(() => ours.addTag(id, "by-us")),
    ]);
    pairs.push([
      "a removal",
      await told(() => glance.removeTag(id, "by-glance")),
      await told(() => ours.removeTag(id, "by-us")),
    ]);
  });
  for (const [what, theirs, own] of pairs) {
    await checks.check(`${what}: exchange, routing key and properties of AMQP are the same`, () => {
      assert.deepEqual(own.fields, theirs.fields);
      assert.deepEqual(own.properties, theirs.properties);
    });
    await checks.check(`${what}: envelope and message have the same fields, but for the context`, () => {
      assert.deepEqual(Object.keys(own.envelope).toSorted(), Object.keys(theirs.envelope).toSorted());
      assert.equal(own.envelope["oslo.version"], theirs.envelope["oslo.version"]);
      assert.deepEqual(
        without(own.message, CONTEXT, OF_EACH_MESSAGE, ["payload"]),
        without(theirs.message, OF_EACH_MESSAGE, ["payload"]),
      );
      for (const name of OF_EACH_MESSAGE) {
        assert.equal(shapeOf(own.message[name]), shapeOf(theirs.message[name]), name);
      }
    });
    await checks.check(`${what}: every field of the payload is the same, but for when and which tags`, () => {
      const [mine, others] = [toRead(own.message["payload"]), toRead(theirs.message["payload"])];
      assert.deepEqual(without(mine, OF_EACH_CHANGE), without(others, OF_EACH_CHANGE));
      assert.equal(shapeOf(mine["updated_at"]), shapeOf(others["updated_at"]));
      const removed = what === "a removal";
      // Glance has them in no order.
      assert.deepEqual(sorted(others["tags"]), removed ? ["by-us", "kept", "é"] : ["by-glance", "kept", "é"]);
      assert.deepEqual(mine["tags"], removed ? ["kept", "é"] : ["by-glance", "by-us", "kept", "é"]);
    });
  }
  await checks.check(
    "oslo.messaging's listener takes all four, in their order, and ours with who did it",
    async () => {
      const all = await until("four notifications at the listener", () =>
        heard().length >= 4 ? heard() : undefined,
      );
      assert.deepEqual(
        all.map(({ metadata }) => toRead(metadata)["message_id"]),
        pairs.flatMap(([, theirs, own]) => [theirs.message["message_id"], own.message["message_id"]]),
      );
      const [theirs, own] = all;
      const empty = { client_timeout: null };
      assert.deepEqual(theirs?.["context"], empty);
      const { request_id: request, ...context } = toRead(own?.["context"]);
      assert.deepEqual(context, { ...empty, user_id: who.user, project_id: who.project });
      assert.match(String(request), /^req-/);
      assert.deepEqual(
        [Object.keys(toRead(own?.["metadata"])), own?.["publisher_id"]],
        [Object.keys(toRead(theirs?.["metadata"])), theirs?.["publisher_id"]],
      );
    },
  );
  await checks.check("oslo.messaging's listener passes over ours where it comes a second time", async () => {
    const [last] = pairs.slice(-1);
    if (last !== undefined) mailbox.repeat(last[2]);
    const next = await told(() => ours.addTag(id, "later"));
    const all = await until("later notification", () =>
      heard().some(({ metadata }) => toRead(metadata)["message_id"] === next.message["message_id"])
        ? heard()
        : undefined,
    );
    assert.equal(all.length, 5);
  });
}

function without(record: Read, ...names: readonly (readonly string[])[]): Read {
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => !names.some((some) => some.includes(name))),
  );
}

function idOf({ message }: Notification): unknown {
  return message["message_id"];
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).toSorted() : value;
}

/** Which kinds of characters stand where. */
function shapeOf(value: unknown): string {
  return String(value).replaceAll(/[\da-f]/g, "0");
}
