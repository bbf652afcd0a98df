import { readFileSync } from "node:fs";
import { hasTerminal } from "@imagetags/testing/processes/terminal";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cliAtTerminal, endOf, runCli, startCli } from "./testing/cli-process.ts";
import { startImageServer, type ImageServer } from "./testing/image-server.ts";
import { startProxy, withoutPlans, type Intervention } from "./testing/proxy.ts";

/** So many that a person is asked, and more than two pages. */
const MANY = 1100;
/** What is said at the end of changes that the server makes together. */
const UNDO = /^To undo it: imagetags undo --request req-[0-9a-f]{32}\n$/;
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

let server: ImageServer;
beforeAll(async () => {
  server = await startImageServer();
  // Each test that removes has a tag of its own on the same images.
  await server.createMany(MANY, (index) => ({
    name: `many-${index}`,
    tags: ["json", "asked", "stopped", "piped", "terminated", `unique-${index}`],
  }));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const run = (...args: string[]) => runCli(["remove", "--everywhere", ...args], { env: server.env });

describe("imagetags add --everywhere", () => {
  const add = (...args: string[]) => runCli(["add", "--everywhere", ...args], { env: server.env });

  test("adds to every image of the choice that lacks the tag, hidden ones too, and may be run again", async () => {
    const mine = [
      await server.create({ name: "a-1", os_distro: "a-debian" }),
      await server.create({ name: "a-2", os_distro: "a-debian", os_hidden: true, tags: ["a-new"] }),
      await server.create({ name: "a-3", os_distro: "a-debian", tags: ["a/b"] }),
    ];
    const other = await server.create({ name: "a-4", os_distro: "a-Debian" });
    const chosen = ["a-new", "a/b", "--property", "os_distro=a-debian"];
    const dry = await add(...chosen, "--dry-run", "-o", "json");
    expect(dry.stderr).toBe("4 additions to make. Nothing was added.\n");
    expect(JSON.parse(dry.stdout)).toHaveLength(4);
    expect(await add(...chosen)).toEqual({
      code: 0,
      stdout: "Added a-new, a/b in 4 additions.\n",
      stderr: expect.stringMatching(UNDO),
    });
    for (const id of mine) expect(await server.tagsOf(id)).toEqual(["a-new", "a/b"]);
    expect(await server.tagsOf(other)).toEqual([]);
    expect((await add(...chosen)).stdout).toBe("No image of these lacks a-new, a/b.\n");
  });

  test("of all images there are asks first, also where they are few", async () => {
    await using few = await startImageServer();
    const id = await few.create({ name: "only" });
    const everyImage = ["add", "--everywhere", "a-all"];
    const refused = await runCli(everyImage, { env: few.env });
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      /^imagetags: This is 1 addition, of a-all to 1 image: give --yes, or .*\n$/,
    );
    expect(await few.tagsOf(id)).toEqual([]);
    expect((await runCli([...everyImage, "--yes"], { env: few.env })).stdout).toBe(
      "Added a-all to 1 image.\n",
    );
  });
});

describe("imagetags rename", () => {
  const rename = (...args: string[]) => runCli(["rename", ...args], { env: server.env });

  test("renames the tag, exactly, on every image of the choice, hidden ones and ones with both too", async () => {
    const mine = [
      await server.create({ name: "r-1", tags: ["r-old", "r-Old"] }),
      await server.create({ name: "r-2", tags: ["r-old", "r-new"] }),
      await server.create({ name: "r-3", tags: ["r-old"], os_hidden: true }),
    ];
    const kept = await server.create({ name: "r-4", tags: ["r-old", "r-kept"] });
    const rows = await rename("r-old", "r-new", "--not-tag", "r-kept", "--dry-run", "-o", "json");
    expect(rows.stderr).toBe("3 renamings to make. Nothing was renamed.\n");
    expect(JSON.parse(rows.stdout)[0]).toMatchObject({
      tag: "r-old",
      new_tag: "r-new",
      result: "would be renamed",
    });
    expect(await rename("r-old", "r-new", "--not-tag", "r-kept")).toEqual({
      code: 0,
      stdout: "Renamed r-old to r-new on 3 images.\n",
      stderr: expect.stringMatching(UNDO),
    });
    const tags = await Promise.all(mine.map((id) => server.tagsOf(id)));
    expect(tags).toEqual([["r-Old", "r-new"], ["r-new"], ["r-new"]]);
    expect(await server.tagsOf(kept)).toEqual(["r-kept", "r-old"]);
  });

  test("adds before it removes, so an image that cannot take the new tag keeps the old one", async () => {
    const id = await server.create({ name: "r-5", tags: ["r-first"] });
    await using proxy = await startProxy(server.url, withoutPlans());
    const env = { ...server.env, IMAGETAGS_ENDPOINT: proxy.url };
    const failed = await runCli(["rename", "r-first", "x\u0007y"], { env });
    expect({ code: failed.code, stdout: failed.stdout }).toEqual({
      code: 1,
      stdout: "Renamed r-first to x\\u0007y on 0 images. 1 failed.\n",
    });
    expect(failed.stderr).toMatch(/^imagetags: r-5 \([-0-9a-f]+\), tag r-first: .*control/);
    expect(await server.tagsOf(id)).toEqual(["r-first"]);
    expect(proxy.requests.filter((request) => request.startsWith("DELETE"))).toEqual([]);
    expect((await runCli(["rename", "r-first", "r-second"], { env })).code).toBe(0);
    const changes = proxy.requests.filter((request) => /^(PUT|DELETE)/.test(request)).slice(-2);
    expect(changes.map((request) => request.split("/").at(-1))).toEqual(["r-second", "r-first"]);
  });

  test("that was stopped between the two goes on when it is run again", async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, (_, index) => server.create({ name: `r-stop-${index}`, tags: ["r-stop"] })),
    );
    await using slow = await startProxy(
      server.url,
      withoutPlans(async ({ method }) => {
        if (method === "DELETE") await new Promise((resolve) => setTimeout(resolve, 200));
        return false;
      }),
    );
    const env = { ...server.env, IMAGETAGS_ENDPOINT: slow.url };
    const child = startCli(["rename", "r-stop", "r-gone-on", "--concurrency", "2"], { env });
    const ended = endOf(child);
    await expect
      .poll(() => slow.requests.some((request) => request.startsWith("DELETE")), { timeout: 30_000 })
      .toBe(true);
    child.kill("SIGKILL");
    await ended;
    for (const id of ids) expect((await server.tagsOf(id)).length, id).toBeGreaterThan(0);
    expect(await server.bearing("r-stop")).toBeGreaterThan(0);
    expect((await rename("r-stop", "r-gone-on")).code).toBe(0);
    for (const id of ids) expect(await server.tagsOf(id)).toEqual(["r-gone-on"]);
  });
});

describe("of a server that cannot take every tag in a URL, as Glance,", () => {
  const asLatin1 = (url: string) =>
    encodeURI(Buffer.from(decodeURI(url), "utf8").toString("latin1")).replaceAll("%25", "%");
  /** What stands before the server takes `/` in a tag for a part of the path, and UTF-8 for Latin-1. */
  const glanceLike = () =>
    startProxy(
      server.url,
      withoutPlans((message, response) => {
        const { url = "" } = message;
        if (/\/tags\/.*%2F/.test(url)) {
          response.writeHead(404, { "Content-Type": "text/html" }).end("<html><h1>404 Not Found</h1></html>");
          return true;
        }
        if (/\/tags\/.*%[89A-F]/.test(url)) message.url = asLatin1(url);
        return false;
      }),
    );
  const runAt = ({ url }: { url: string }, ...args: string[]) =>
    runCli(args, { env: { ...server.env, IMAGETAGS_ENDPOINT: url } });
  const changes = (requests: readonly string[]) =>
    requests.filter((request) => /^(PUT|DELETE) /.test(request));

  test("rename leaves every image as it was when the old tag cannot be removed", async () => {
    await using glance = await glanceLike();
    const ids = await Promise.all(
      ["g-1", "g-2", "g-3"].map((name) => server.create({ name, tags: ["g/old"] })),
    );
    const both = await server.create({ name: "g-4", tags: ["g/old", "g-new"] });
    const { code, stdout, stderr } = await runAt(glance, "rename", "g/old", "g-new", "--concurrency", "1");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "Renamed g/old to g-new on 0 images. 4 failed.\n" });
    for (const id of ids) expect(await server.tagsOf(id)).toEqual(["g/old"]);
    expect(await server.tagsOf(both)).toEqual(["g-new", "g/old"]);
    const told = stderr.trimEnd().split("\n");
    // The newest comes first.
    expect(told[0]).toMatch(/^imagetags: g-4 .*tag g\/old: The server answers 404 to the removal/);
    for (const line of told.slice(1)) expect(line).toMatch(/as another image showed: nothing was changed\.$/);
    expect(changes(glance.requests)).toHaveLength(2);
  });

  test("rename takes the new tag back, and says so", async () => {
    await using glance = await glanceLike();
    const id = await server.create({ name: "g-5", tags: ["g/one"] });
    const { code, stderr } = await runAt(glance, "rename", "g/one", "g-two");
    expect(code).toBe(1);
    expect(stderr).toMatch(/still shows it on image [-0-9a-f]+\. g-two was taken back\.\n$/);
    expect(await server.tagsOf(id)).toEqual(["g/one"]);
    expect(changes(glance.requests).map((request) => request.replace(/\/.*\//, ""))).toEqual([
      "PUT g-two",
      "DELETE g%2Fone",
      "DELETE g-two",
    ]);
  });

  test("rename takes the new tag back where the removal of the old one is forbidden", async () => {
    await using guarded = await startProxy(
      server.url,
      withoutPlans(({ method, url = "" }, response) => {
        if (method !== "DELETE" || !url.endsWith("/g-kept")) return false;
        response.writeHead(403, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ error: { code: 403, title: "Forbidden", message: "It is kept." } }));
        return true;
      }),
    );
    const id = await server.create({ name: "g-6", tags: ["g-kept"] });
    const { code, stderr } = await runAt(guarded, "rename", "g-kept", "g-other");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `imagetags: g-6 (${id}), tag g-kept: It is kept. g-other was taken back.\n`,
    });
    expect(await server.tagsOf(id)).toEqual(["g-kept"]);
  });

  test("add does not say `Added` of a tag that became another, and takes that back", async () => {
    await using glance = await glanceLike();
    const id = await server.create({ name: "g-7", tags: ["g-seven"] });
    for (const args of [
      ["add", "g-7", "ü"],
      ["add", "--everywhere", "ü", "--tag", "g-seven"],
      ["rename", "g-seven", "ü"],
    ]) {
      const { code, stdout, stderr } = await runAt(glance, ...args);
      expect({ code, said: /Added ü to (?!0 images)/.test(stdout) }).toEqual({ code: 1, said: false });
      expect(stderr).toMatch(/in a URL for Ã¼, so only set can add it\. Ã¼ was taken back\.\n$/);
      expect(await server.tagsOf(id)).toEqual(["g-seven"]);
    }
    expect((await runAt(glance, "set", "g-7", "g-seven", "ü")).code).toBe(0);
    expect(await server.tagsOf(id)).toEqual(["g-seven", "ü"]);
  });

  test("add leaves a tag that looks like an altered one and was there before", async () => {
    await using glance = await glanceLike();
    const id = await server.create({ name: "g-8", tags: ["Ã¼"] });
    const { code, stderr } = await runAt(glance, "add", "g-8", "ü");
    expect(code).toBe(1);
    expect(stderr).toMatch(/Ã¼ was there already\.\n$/);
    expect(await server.tagsOf(id)).toEqual(["Ã¼"]);
  });
});

describe("imagetags remove --everywhere", () => {
  test("removes the tag, exactly, from every image of the filter, hidden ones too", async () => {
    const mine = [
      await server.create({ name: "e-1", tags: ["e-old", "e-Old", "é"] }),
      await server.create({ name: "e-2", tags: ["e-old"], os_hidden: true }),
    ];
    const kept = await server.create({ name: "e-3", tags: ["e-old", "keep"] });
    const { code, stdout, stderr } = await run("e-old", "é", "--not-tag", "keep");
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "Removed e-old, é in 3 removals.\n",
      stderr: expect.stringMatching(UNDO),
    });
    expect(await Promise.all(mine.map((id) => server.tagsOf(id)))).toEqual([["e-Old"], []]);
    expect(await server.tagsOf(kept)).toEqual(["e-old", "keep"]);
    expect((await run("e-old", "--name", "e-9")).stdout).toBe("No image bears e-old.\n");
  });

  test("--dry-run shows more than a thousand removals, which are those that follow, and makes none", async () => {
    const dry = await run("json", "--dry-run", "-o", "json");
    expect(dry.stderr).toBe("1,100 removals to make. Nothing was removed.\n");
    const would: Row[] = JSON.parse(dry.stdout);
    expect(would).toHaveLength(MANY);
    expect(new Set(would.map(({ result }) => result))).toEqual(new Set(["would be removed"]));
    expect(await server.bearing("json")).toBe(MANY);

    const refused = await run("json");
    expect(refused).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "imagetags: These are 1,100 removals, of json from 1,100 images: " +
        "give --yes, or look at them first with --dry-run.\n",
    });
    expect(await server.bearing("json")).toBe(MANY);

    const done = await run("json", "--yes", "-o", "json", "--concurrency", "16");
    expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
    const rows: Row[] = JSON.parse(done.stdout);
    expect(new Set(rows.map(({ result }) => result))).toEqual(new Set(["removed"]));
    expect(rows.map(({ image_id }) => image_id).toSorted()).toEqual(
      would.map(({ image_id }) => image_id).toSorted(),
    );
    expect(await server.bearing("json")).toBe(0);
  });

  test("lists every failure with image, tag and reason, and makes the other removals", async () => {
    const ids: string[] = [];
    for (const name of ["f-1", "f-2", "f-3"]) ids.push(await server.create({ name, tags: ["f-old"] }));
    const [one = "", two = ""] = ids;
    await using refusing = await startProxy(
      server.url,
      withoutPlans(({ method, url = "" }, response) => {
        if (method !== "DELETE" || url.includes(ids[2] ?? "")) return false;
        response.writeHead(403, { "Content-Type": "application/json", "X-Openstack-Request-Id": "req-1" });
        response.end(JSON.stringify({ error: { code: 403, title: "Forbidden", message: "Not yours." } }));
        return true;
      }),
    );
    const env = { ...server.env, IMAGETAGS_ENDPOINT: refusing.url };
    const { code, stdout, stderr } = await runCli(["remove", "--everywhere", "f-old"], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "Removed f-old from 1 image. 2 failed.\n" });
    expect(stderr.trimEnd().split("\n").toSorted()).toEqual([
      expect.stringMatching(/^To undo it: imagetags undo --since \S+Z --tag f-old$/),
      `imagetags: f-1 (${one}), tag f-old: Not yours. (request id req-1)`,
      `imagetags: f-2 (${two}), tag f-old: Not yours. (request id req-1)`,
    ]);
    expect(await server.bearing("f-old")).toBe(2);
  });

  test.each([
    ["tag", (url: string) => url],
    ["image", (url: string) => url.replace(/\/tags\/.*/, "")],
  ])("a %s that somebody else removes meanwhile is no failure", async (_, removed) => {
    const id = await server.create({ name: "g-1", tags: ["g-old"] });
    await using racing = await startProxy(
      server.url,
      withoutPlans(async ({ method, url = "", headers }) => {
        const token = String(headers["x-auth-token"]);
        if (method !== "DELETE") return false;
        await fetch(server.url + removed(url), { method, headers: { "X-Auth-Token": token } });
        return false;
      }),
    );
    const env = { ...server.env, IMAGETAGS_ENDPOINT: racing.url };
    const { code, stdout, stderr } = await runCli(["remove", "--everywhere", "g-old", "-o", "csv"], { env });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `image_id,image_name,tag,result,error\r\n${id},g-1,g-old,already absent,\r\n`,
      stderr: "",
    });
  });

  test("stops on SIGTERM as on Ctrl-C, with 143, and what it wrote is whole", async () => {
    await using slow = await startProxy(server.url, withoutPlans(slowly));
    const args = ["remove", "--everywhere", "terminated", "--yes", "-o", "json"];
    const child = startCli(args, { env: { ...server.env, IMAGETAGS_ENDPOINT: slow.url } });
    child.stdout?.once("data", () => child.kill("SIGTERM"));
    const { code, stdout, stderr } = await endOf(child);
    expect(code).toBe(143);
    const rows: Row[] = JSON.parse(stdout);
    expect(stderr).toContain(`Stopped: ${rows.length} of 1,100 done. Run it again to go on.\n`);
    expect(await server.bearing("terminated")).toBe(MANY - rows.length);
  });

  test("stops without a word when nobody reads what it writes, and finishes what is under way", async () => {
    await using slow = await startProxy(server.url, withoutPlans(slowly));
    const args = ["remove", "--everywhere", "piped", "--yes", "-o", "value"];
    const child = startCli(args, { env: { ...server.env, IMAGETAGS_ENDPOINT: slow.url } });
    const ended = endOf(child);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { stderr } = await ended;
    expect(stderr).toMatch(/^(Stopped: .*\n)?$/);
    const deleted = slow.requests.filter((line) => line.startsWith("DELETE")).length;
    expect(deleted).toBeLessThan(MANY);
    expect(await server.bearing("piped")).toBe(MANY - deleted);
  });
});

describe.skipIf(!hasTerminal)("imagetags remove --everywhere at a terminal", () => {
  test("asks before more than a thousand: no and the end of input are a no, yes is a yes, and a bar shows how far it is", async () => {
    for (const key of ["n\r", "\r", CTRL_D]) {
      await using no = cliAtTerminal(["remove", "--everywhere", "asked"], { env: server.env });
      await no.shows("These are 1,100 removals, of asked from 1,100 images. Go on? [y/N] ");
      no.type(key);
      expect(await no.ended).toBe(1);
      expect(no.screen()).toContain("Nothing was removed.");
    }
    expect(await server.bearing("asked")).toBe(MANY);

    await using slow = await startProxy(server.url, withoutPlans(slowly));
    await using yes = cliAtTerminal(["remove", "--everywhere", "asked", "--concurrency", "40"], {
      env: { ...server.env, IMAGETAGS_ENDPOINT: slow.url },
    });
    await yes.shows("[y/N] ");
    yes.type("yes\r");
    await yes.shows(/Removing [█░]{24} +\d+% {2}[\d,]+ of 1,100 {2}[\d,]+\/s {2}\d+ s left/);
    expect(await yes.ended).toBe(0);
    expect(yes.screen()).toMatch(/Removed asked from 1,100 images\.\r\nTo undo it: imagetags undo \S.*\r\n$/);
    expect(await server.bearing("asked")).toBe(0);
  });

  test("Ctrl-C at the question ends it with 130, and nothing is removed", async () => {
    await using session = cliAtTerminal(["remove", "--everywhere", "stopped"], { env: server.env });
    await session.shows("[y/N] ");
    session.type(CTRL_C);
    expect(await session.ended).toBe(130);
    expect(session.screen()).toContain("Nothing was removed.");
    expect(await server.bearing("stopped")).toBe(MANY);
  });

  test("Ctrl-C finishes what is under way, says what was done, and running it again goes on", async () => {
    await using slow = await startProxy(server.url, withoutPlans(slowly));
    const env = { ...server.env, IMAGETAGS_ENDPOINT: slow.url };
    await using session = cliAtTerminal(["remove", "--everywhere", "stopped", "--yes"], { env });
    await session.shows("Removing ");
    session.type(CTRL_C);
    expect(await session.ended).toBe(130);
    const told = /Stopped: ([\d,]+) of 1,100 done\. Run it again to go on\./.exec(session.screen());
    const done = Number(told?.[1]?.replace(",", ""));
    expect(done).toBeGreaterThan(0);
    expect(await server.bearing("stopped")).toBe(MANY - done);

    const rest = await run("stopped", "--yes");
    expect(rest.code).toBe(0);
    expect(rest.stdout).toBe(`Removed stopped from ${(MANY - done).toLocaleString("en-US")} images.\n`);
    expect(await server.bearing("stopped")).toBe(0);
  });

  test("a second Ctrl-C ends at once", async () => {
    await server.create({ name: "h-1", tags: ["h-old"] });
    await using stuck = await startProxy(
      server.url,
      withoutPlans(({ method }) => method === "DELETE"),
    );
    const env = { ...server.env, IMAGETAGS_ENDPOINT: stuck.url };
    await using session = cliAtTerminal(["remove", "--everywhere", "h-old"], { env });
    await expect
      .poll(() => stuck.requests.some((line) => line.startsWith("DELETE")), { timeout: 15_000 })
      .toBe(true);
    session.type(CTRL_C);
    await session.shows("Stopping: what is under way is finished first. Press Ctrl-C again to end at once.");
    session.type(CTRL_C);
    expect(await session.ended).toBe(130);
    expect(session.screen()).not.toContain("Stopped:");
  });

  test("the bar is on standard error, and the rows for programs are alone in a file", async () => {
    using folder = temporaryFolder();
    const file = folder.at("rows.csv");
    await server.createMany(300, (index) => ({ name: `i-${index}`, tags: ["i-old"] }));
    await using slow = await startProxy(server.url, withoutPlans(slowly));
    await using session = cliAtTerminal(["remove", "--everywhere", "i-old", "-o", "csv"], {
      env: { ...server.env, IMAGETAGS_ENDPOINT: slow.url },
      redirection: `> '${file}'`,
    });
    await session.shows("Removing ");
    expect(await session.ended).toBe(0);
    expect(readFileSync(file, "utf8").split("\r\n")).toHaveLength(302);
  });
});

interface Row {
  readonly image_id: string;
  readonly result: string;
}

/** Long enough for a test to do something meanwhile. */
const slowly: Intervention = async ({ method }) => {
  if (method === "DELETE") await new Promise((resolve) => setTimeout(resolve, 20));
  return false;
};
