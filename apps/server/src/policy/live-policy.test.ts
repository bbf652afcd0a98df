import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import type { Caller } from "../identity/caller.ts";
import { asOrdinaryUser } from "../testing/as-ordinary-user.ts";
import { LivePolicy } from "./live-policy.ts";
import { PolicyFileError } from "./policy-file.ts";
import { imageOwnedBy } from "./policy-target.ts";

const MEMBER: Caller = { userId: "alice", projectId: "alpha", roles: new Set(["member", "reader"]) };
const ALLOW = "delete_image_tag: '@'\n";
const DENY = "delete_image_tag: '!'\n";
const INTERVAL = 10;

describe("a policy file that is followed", () => {
  test("takes effect when it is written anew, also at the same length", async () => {
    await using live = await follow(ALLOW);
    expect(live.allows()).toBe(true);
    writeFileSync(live.path, DENY);
    await live.until(() => !live.allows());
    writeFileSync(live.path, ALLOW);
    await live.until(live.allows);
  });

  test("takes effect when another is moved to its place", async () => {
    await using live = await follow(ALLOW);
    writeFileSync(`${live.path}.new`, DENY);
    renameSync(`${live.path}.new`, live.path);
    await live.until(() => !live.allows());
  });

  test("takes effect when a symbolic link on the way to it is led elsewhere, as Kubernetes does", async () => {
    await using live = await follow(ALLOW, "linked");
    live.relink(DENY);
    await live.until(() => !live.allows());
    live.relink(ALLOW);
    await live.until(live.allows);
  });

  test("with a mistake in a rule closes that rule alone, and tells of it", async () => {
    await using live = await follow(ALLOW);
    writeFileSync(live.path, `delete_image_tag: "@ or"\ndelete_image: "@"\n`);
    await live.until(() => !live.allows());
    expect(live.policy.allows("delete_image", MEMBER, imageOwnedBy("beta"))).toBe(true);
    expect(live.log).toContain(
      `error ${live.path}: line 1: delete_image_tag: at character 5: a check is missing at the end; ` +
        "it holds for nobody",
    );
    writeFileSync(live.path, ALLOW);
    await live.until(live.allows);
  });

  test("that becomes none leaves the rules as they are, tells of it once, and is read when it is one again", async () => {
    await using live = await follow("delete_image_tag: '@'\ndelete_image: '@'\n");
    writeFileSync(live.path, "delete_image_tag: [\n");
    await live.until(() => live.log.some((line) => line.endsWith("; the rules stay as they were")));
    await sleep(5 * INTERVAL);
    expect(live.log.filter((line) => line.startsWith("error"))).toHaveLength(1);
    expect(live.allows()).toBe(true);
    rmSync(live.path);
    await live.until(() => live.log.filter((line) => line.startsWith("error")).length === 2);
    expect(live.log.at(-1)).toMatch(/cannot be read: ENOENT.*; the rules stay as they were$/);
    expect(live.allows()).toBe(true);
    writeFileSync(live.path, DENY);
    await live.until(() => !live.allows());
  });

  test("that may not be read any more leaves the rules as they are, until it may", async () => {
    await asOrdinaryUser(async () => {
      await using live = await follow(ALLOW);
      writeFileSync(live.path, DENY);
      chmodSync(live.path, 0);
      await live.until(() => live.log.some((line) => line.includes("cannot be read: EACCES")));
      expect(live.allows()).toBe(true);
      chmodSync(live.path, 0o600);
      await live.until(() => !live.allows());
    });
  });

  test("is not read while it is being written", async () => {
    await using live = await follow(ALLOW);
    for (let length = 0; length < 20; length += 1) {
      // Any beginning of this text is a sound policy of fewer rules.
      writeFileSync(live.path, "# more to come\n".repeat(length));
      await sleep(INTERVAL / 4);
      expect(live.log.filter((line) => line.startsWith("info"))).toHaveLength(1);
    }
    writeFileSync(live.path, DENY);
    await live.until(() => !live.allows());
  });

  test("is followed no longer when that is ended", async () => {
    await using live = await follow(ALLOW);
    live.stop();
    writeFileSync(live.path, DENY);
    await sleep(5 * INTERVAL);
    expect(live.allows()).toBe(true);
  });

  test("with a mistake at the start is refused", async () => {
    await expect(follow("delete_image_tag: '@ or'\n")).rejects.toThrow(PolicyFileError);
  });

  test("is named in the log with the rules that it overrides, and what is without effect", async () => {
    await using live = await follow("delete_image_tag: '@'\nfrobnicate: '!'\n");
    expect(live.log).toEqual([
      `info ${JSON.stringify({ policy: live.path, rules: ["delete_image_tag", "frobnicate"] })}`,
      `warn ${live.path}: line 2: frobnicate: is no rule of the Image API, and no other rule refers to it`,
    ]);
  });
});

/** Follows a policy file with this content. `linked`: through a symbolic link to its folder. */
async function follow(content: string, how?: "linked") {
  const folder = temporaryFolder();
  let generation = 0;
  const relink = (text: string): void => {
    generation += 1;
    const target = folder.at(`policy-${generation}.yaml`);
    writeFileSync(target, text);
    symlinkSync(target, folder.at("data.new"));
    renameSync(folder.at("data.new"), folder.at("data"));
  };
  const path = folder.at("policy.yaml");
  if (how === "linked") {
    relink(content);
    symlinkSync(folder.at("data"), path);
  } else {
    writeFileSync(path, content);
  }
  const log: string[] = [];
  const { policy, stop } = await open(path, log).catch((error: unknown) => {
    folder[Symbol.dispose]();
    throw error;
  });
  return {
    path,
    log,
    policy,
    relink,
    stop,
    allows: () => policy.allows("delete_image_tag", MEMBER, imageOwnedBy("beta")),
    async until(holds: () => boolean) {
      for (const end = Date.now() + 10_000; !holds();) {
        if (Date.now() > end) throw new Error(`It did not come about within 10 s.\n${log.join("\n")}`);
        await sleep(INTERVAL);
      }
    },
    async [Symbol.asyncDispose]() {
      stop();
      folder[Symbol.dispose]();
    },
  };
}

async function open(path: string, log: string[]) {
  const tell =
    (level: string) =>
    (what: unknown): void =>
      void log.push(`${level} ${typeof what === "string" ? what : JSON.stringify(what)}`);
  const live = await LivePolicy.open(path, { info: tell("info"), warn: tell("warn"), error: tell("error") });
  return { policy: live.policy, stop: live.follow(INTERVAL) };
}
