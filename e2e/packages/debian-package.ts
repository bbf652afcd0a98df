import { freePort } from "@imagetags/testing/free-port";
import { answers, startProgram } from "@imagetags/testing/processes/program";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { strict as assert } from "node:assert";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Checks } from "../lib/checks.ts";
import { changeTags } from "./running-image.ts";
import { processOf } from "./server-process.ts";
import { serviceOfUnit } from "./service-of-unit.ts";
import type { SystemCopy } from "./system-copy.ts";

const SETTINGS = "/etc/imagetags/imagetags.conf";
const DATA = "/var/lib/imagetags";

/** Makes of a package that of another version, which brings a changed file of settings, beside it. */
export async function nextVersion(deb: string, from: string, to: string, folder: string): Promise<string> {
  const files = join(folder, "next");
  await runToEnd("dpkg-deb", ["--raw-extract", deb, files]);
  for (const name of ["DEBIAN/control", "usr/lib/imagetags-server/package.json"]) {
    const text = readFileSync(join(files, name), "utf8");
    assert.ok(text.includes(from), `${name} has the version`);
    writeFileSync(join(files, name), text.replace(from, to));
  }
  writeFileSync(
    join(files, SETTINGS),
    `${readFileSync(join(files, SETTINGS), "utf8")}# New in this version.\n`,
  );
  const made = deb.replace(from, to);
  await runToEnd("dpkg-deb", ["--root-owner-group", "-Znone", "--build", files, made]);
  return made;
}

/** Installs, uses, upgrades, removes and purges the package in a copy of the system, where the next version is at hand. */
export async function checkDebianPackage(checks: Checks, system: SystemCopy, install: Steps): Promise<void> {
  const stat = (path: string) => system.run(`stat -c '%a %U %G' '${path}'`);
  const port = await freePort();

  await checks.check(
    "the package installs, with an account and settings that only root and the service read",
    async () => {
      await install.install();
      assert.equal((await system.run("imagetags-server --version")).trim(), install.version);
      assert.equal((await stat(SETTINGS)).trim(), "640 root imagetags");
      assert.equal((await stat(DATA)).trim(), "700 imagetags imagetags");
      assert.match(
        await system.run("getent passwd imagetags"),
        /:\/var\/lib\/imagetags:\/usr\/sbin\/nologin$/m,
      );
      await assert.rejects(system.run(`setpriv --reuid nobody --clear-groups cat ${SETTINGS}`));
    },
  );
  await checks.check(
    "the unit's command serves as the service's account, by the file of settings",
    async () => {
      await system.run(`echo IMAGETAGS_LISTEN=127.0.0.1:${port} >>${SETTINGS}`);
      await serve(system, port);
    },
  );
  await checks.check("an upgrade keeps what an operator has changed, and the data", async () => {
    const before = await system.run(`cat ${SETTINGS} ${DATA}/tokens.yaml`);
    await install.upgrade();
    assert.equal((await system.run("imagetags-server --version")).trim(), install.next);
    assert.equal(await system.run(`cat ${SETTINGS} ${DATA}/tokens.yaml`), before);
    assert.equal((await stat(SETTINGS)).trim(), "640 root imagetags");
    await serve(system, port);
  });
  await checks.check("removal keeps settings and data", async () => {
    await install.remove();
    const left = await system.run(
      `ls /usr/bin/imagetags-server /usr/lib/imagetags-server ${SETTINGS} ${DATA} 2>&1 || true`,
    );
    assert.match(left, /imagetags\.db/);
    assert.ok(left.includes(SETTINGS));
    assert.match(left, /cannot access '\/usr\/bin\/imagetags-server'/);
    assert.match(left, /cannot access '\/usr\/lib\/imagetags-server'/);
  });
  await checks.check("a purge removes them, and says so", async () => {
    assert.match(await install.purge(), /Removing \/var\/lib\/imagetags: /);
    const left = await system.run(
      `ls -d /etc/imagetags ${DATA} /usr/share/doc/imagetags-server 2>/dev/null || true; dpkg-query -l imagetags-server 2>&1 || true`,
    );
    assert.match(left, /^dpkg-query: no packages found matching imagetags-server$/m);
    assert.doesNotMatch(left, /^\//m);
    assert.match(await system.run("getent passwd imagetags"), /^imagetags:/);
  });
}

/** What is done to the package, as the document says it. */
export interface Steps {
  readonly version: string;
  readonly next: string;
  readonly install: () => Promise<string>;
  readonly upgrade: () => Promise<string>;
  readonly remove: () => Promise<string>;
  readonly purge: () => Promise<string>;
}

async function serve(system: SystemCopy, port: number): Promise<void> {
  const unit = readFileSync(system.outside("/usr/lib/systemd/system/imagetags.service"), "utf8");
  const { script, user } = serviceOfUnit(unit);
  const url = `http://127.0.0.1:${port}`;
  await using running = await startProgram(
    { name: "The service", ...system.command(script), folder: "/" },
    () => answers(`${url}/livez`),
  );
  await changeTags(url, system.outside(DATA));
  const server = processOf(running.pid);
  assert.equal((await system.run(`id -u ${user}`)).trim(), String(statSync(`/proc/${server}`).uid));
  process.kill(server, "SIGTERM");
  const { code, stderr } = await running.ended();
  assert.equal(code, 0, stderr);
}
