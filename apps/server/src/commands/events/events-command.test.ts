import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { copyFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { openOutbox } from "../../testing/open-outbox.ts";

/** An outbox in which one event waits for `one`, and two of `two` were given up; and the command on it. */
async function openExample() {
  await using stack = new AsyncDisposableStack();
  const db = stack.use(await openOutbox("one", "two"));
  const image = await db.addTags("a", "b");
  const waiting = await db.outbox.waiting("one", { limit: 10, without: new Set() });
  const ids = waiting.map(({ event }) => event.id);
  const [a = "", b = ""] = ids;
  await db.outbox.sent("one", [a]);
  await db.outbox.giveUp(
    "two",
    ids.map((id) => ({ id, attempts: 9 })),
    "it answered 500",
  );
  const folder = stack.use(temporaryFolder());
  const owned = stack.move();
  return {
    db,
    image,
    a,
    b,
    folder,
    events: (...args: string[]) =>
      runServer(["events", ...args], { IMAGETAGS_DATABASE_URL: db.url }, folder.path),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test("events counts what waits and what was given up, and is 1 where something was", async () => {
  await using example = await openExample();
  const { code, stdout, stderr } = await example.events();
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toMatch(/^destination +waiting +oldest +given up\n/);
  expect(stdout).toMatch(
    /^one +1 +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +0 +no setting names it: drop-waiting or set it$/m,
  );
  expect(stdout).toMatch(/^two +0 +- +2 +no setting/m);
  const json = await example.events("--output", "json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    destinations: [
      { destination: "one", is_set: false, waiting: 1, given_up: 0 },
      { destination: "two", is_set: false, waiting: 0, oldest_waiting: null, given_up: 2 },
    ],
  });
});

test("events counts for those who are set too, and is 0 where nothing was given up", async () => {
  await using db = await openOutbox();
  using folder = temporaryFolder();
  writeFileSync(
    folder.at("webhooks.yaml"),
    `webhooks: [{ name: hook, url: "https://example.org", secret: whsec_${"A".repeat(43)}= }]`,
  );
  const env = { IMAGETAGS_DATABASE_URL: db.url, IMAGETAGS_WEBHOOKS_FILE: "webhooks.yaml" };
  const { code, stdout } = await runServer(["events"], env, folder.path);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^hook +0 +- +0$/m);
});

test("events given-up lists why, in text and as lines of JSON", async () => {
  await using example = await openExample();
  const { a, b, image } = example;
  const { code, stdout } = await example.events("given-up", "two");
  expect(code).toBe(0);
  expect(stdout.split("\n")).toHaveLength(5);
  expect(stdout).toContain(`${a}  two  added "a", image ${image}\n  changed `);
  expect(stdout).toMatch(/given up \S+Z after 9 tries: it answered 500\n/);
  const json = await example.events("given-up", "--output", "json");
  const lines = json.stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    {
      id: a,
      destination: "two",
      action: "added",
      image_id: image,
      tag: "a",
      attempts: 9,
      error: "it answered 500",
    },
    { id: b, tag: "b" },
  ]);
  expect((await example.events("given-up", "one")).stdout).toBe("Nothing was given up.\n");
});

test("events retry and drop do it for the events that are named or for all, and say what was not there", async () => {
  await using example = await openExample();
  const { a, b, events } = example;
  expect(await events("retry", "two", a)).toMatchObject({
    code: 0,
    stdout: "1 events for two are sent once more.\n",
  });
  expect(await events("retry", "two", a, b)).toMatchObject({
    code: 1,
    stdout: "1 events for two are sent once more.\n",
    stderr: "imagetags-server: 1 of the events were not there.\n",
  });
  expect(await events("drop", "two", "--all", "--yes")).toMatchObject({
    code: 1,
    stderr: "imagetags-server: None was there.\n",
  });
  const refused = await events("drop-waiting", "two", "--all");
  expect(refused).toMatchObject({
    code: 1,
    stderr: "imagetags-server: Nothing was done; --yes does it without a question.\n",
  });
  expect(await events("drop-waiting", "two", "--all", "--yes")).toMatchObject({
    code: 0,
    stdout: "2 events for two are forgotten.\n",
  });
  const { code, stdout } = await events();
  expect(code).toBe(0);
  expect(stdout).not.toContain("two");
});

test("events --help tells actions and exit codes", async () => {
  using folder = temporaryFolder();
  const { code, stdout } = await runServer(["events", "--help"], {}, folder.path);
  expect(code).toBe(0);
  for (const word of ["given-up", "retry", "drop", "drop-waiting", "--all", "Exit code"])
    expect(stdout).toContain(word);
});

test.each([
  [["frobnicate"], '"frobnicate"'],
  [["retry"], "takes a destination"],
  [["retry", "two"], "ids of events or --all"],
  [["retry", "two", "7"], '"7" is no id of an event'],
  [["drop", "two", "0199f000-0000-7123-8000-00000000000a", "--all"], "ids of events or --all"],
  [["given-up", "one", "two"], "one destination"],
  [["given-up", "--all"], "--all and --yes"],
  [["retry", "two", "--all", "--output", "json"], "--output json"],
  [["--output", "xml"], '"xml"'],
])("events %j is refused by name", async (args, named) => {
  using folder = temporaryFolder();
  const { code, stdout, stderr } = await runServer(["events", ...args], {}, folder.path);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(named);
});

test("events on Glance's tables alone says how its own are made", async () => {
  using folder = temporaryFolder();
  copyFileSync(GLANCE_FILE, folder.at("images.db"));
  const { code, stderr } = await runServer(
    ["events"],
    { IMAGETAGS_DATABASE_URL: "sqlite:images.db" },
    folder.path,
  );
  expect(code).toBe(2);
  expect(stderr).toContain('"imagetags-server migrate --alongside" makes them');
});
