import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../config/config.ts";
import { DRAIN_PATIENCE } from "./until-stopped.ts";

const UNIT = fileURLToPath(new URL("../../../../deploy/systemd/imagetags.service", import.meta.url));
const unit = readFileSync(UNIT, "utf8");
const page = readFileSync(new URL("../../../../docs/operating.md", import.meta.url), "utf8");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
const isForced = process.env["CI"] !== undefined;

function value(name: string): string | undefined {
  return new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1];
}

describe("the unit of systemd", () => {
  test.skipIf(!hasSystemd && !isForced)("is sound to systemd (needs systemd-analyze)", () => {
    using folder = temporaryFolder();
    const path = folder.at("imagetags.service");
    // Its command is there once the package is installed.
    writeFileSync(path, unit.replaceAll("/usr/bin/imagetags-server", "/bin/true"));
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", path], {
      encoding: "utf8",
    });
    expect({
      status,
      said: `${stdout}${stderr}`.split("\n").filter((line) => line.includes("imagetags")),
    }).toEqual({
      status: 0,
      said: [],
    });
  });

  test.skipIf(!hasSystemd && !isForced)(
    "is as exposed as the documents say, at most (needs systemd-analyze)",
    () => {
      const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=yes", "--no-pager", UNIT], {
        encoding: "utf8",
      });
      const score = Number(/exposure level for imagetags\.service: ([\d.]+)/.exec(stdout)?.[1]);
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(
        Number(/`systemd-analyze security` rates it ([\d.]+)/.exec(page)?.[1]),
      );
    },
  );

  test("waits for a drain, and for the signs of life that it asks for", () => {
    expect(value("Type")).toBe("notify");
    expect(Number(value("TimeoutStopSec")) * 1_000).toBeGreaterThan(DRAIN_PATIENCE);
    expect(Number(value("WatchdogSec"))).toBeGreaterThanOrEqual(30);
    // Whoever sends is a process that the server has started.
    expect(value("NotifyAccess")).toBe("all");
    expect(value("RestartPreventExitStatus")).toBe("2");
  });

  test.skipIf(!hasSystemd && !isForced)(
    "and its sockets are sound to systemd (needs systemd-analyze)",
    () => {
      using folder = temporaryFolder();
      const socket = readFileSync(UNIT.replace(/service$/, "socket"), "utf8");
      writeFileSync(
        folder.at("imagetags.service"),
        unit.replaceAll("/usr/bin/imagetags-server", "/bin/true"),
      );
      writeFileSync(folder.at("imagetags.socket"), socket);
      const { status, stdout, stderr } = spawnSync(
        "systemd-analyze",
        ["verify", "--man=no", folder.at("imagetags.socket")],
        { encoding: "utf8" },
      );
      const said = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("imagetags"));
      expect({ status, said }).toEqual({ status: 0, said: [] });
      expect(socket).toContain("ListenStream=9292\n");
    },
  );

  test("and its file of settings name settings that there are", () => {
    const file = readFileSync(new URL("../../../../deploy/systemd/imagetags.conf", import.meta.url), "utf8");
    const names = [...`${file}\n${unit}`.matchAll(/^(?:#|Environment=)?((?:IMAGETAGS|OS)_\w+)=/gm)].map(
      ([, name]) => name,
    );
    expect(names.length).toBeGreaterThan(8);
    const known = new Set(SETTINGS.map(({ name }) => name));
    expect(names.filter((name) => name === undefined || !known.has(name))).toEqual([]);
  });
});
