import { freePort } from "@imagetags/testing/free-port";
import { answers, startProgram, type Running } from "@imagetags/testing/processes/program";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { strict as assert } from "node:assert";
import { chownSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { imageApi } from "../lib/image-api.ts";
import type { BuildahStore } from "./buildah-store.ts";
import type { ImageConfig } from "./image-layout.ts";
import { NODE, processOf } from "./server-process.ts";

/** The account of the image. */
const ACCOUNT = 42_480;

/** Tells how many authorities of the system there are, or `false` where Node does not trust all of them. */
const TRUSTED = `
const { getCACertificates } = require("node:tls");
const system = new Set(getCACertificates("system"));
system.isSubsetOf(new Set(getCACertificates("default"))) && system.size`;

/** A container of the image, and a folder that is its data. */
export interface Container {
  readonly id: string;
  /** Where its files are seen from outside. */
  readonly files: string;
  readonly data: string;
  readonly config: ImageConfig;
  readonly store: BuildahStore;
}

/** Runs the image's own command: a tag is added and removed, it is healthy, and SIGTERM ends it. */
export async function checkContainer(container: Container, healthcheck: readonly string[]): Promise<void> {
  const { id, data, config, store } = container;
  mkdirSync(data);
  chownSync(data, ACCOUNT, ACCOUNT);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const options = ["--isolation", "chroot", "--volume", `${data}:/var/lib/imagetags`];
  const address = ["--env", `IMAGETAGS_LISTEN=127.0.0.1:${port}`];
  await using running = store.start(["run", ...options, ...address, id, "--", ...config.Entrypoint]);
  await untilAnswers(url, running);

  const server = processOf(running.pid);
  const status = readFileSync(`/proc/${server}/status`, "utf8");
  assert.match(status, new RegExp(`^Uid:(?:\\s${ACCOUNT}){4}$`, "m"));
  assert.match(status, new RegExp(`^Gid:(?:\\s${ACCOUNT}){4}$`, "m"));
  await changeTags(url, data);
  const asked = healthcheck.map((part) => part.replaceAll("127.0.0.1:9292", `127.0.0.1:${port}`));
  await store.run("run", ...options, id, "--", ...asked);

  process.kill(server, "SIGTERM");
  const { code, stderr } = await running.ended(10_000);
  assert.equal(code, 0, stderr);
  await assert.rejects(
    store.run("run", ...options, id, "--", ...asked),
    "without a server it is not healthy",
  );
}

/** Whether the image serves where nothing can be written but its data. */
export async function checkReadOnly({ files, config, data }: Container): Promise<void> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const variables = [...config.Env, `IMAGETAGS_LISTEN=127.0.0.1:${port}`].map((one) => `'${one}'`);
  const script = `set -e
    mount --bind '${files}' '${files}'
    mount -o remount,ro,bind '${files}'
    if touch '${files}/tmp/written' 2>/dev/null; then exit 3; fi
    mount --bind '${data}' '${files}/var/lib/imagetags'
    chroot=$(command -v chroot)
    exec env -i ${variables.join(" ")} "$chroot" --userspec=${ACCOUNT}:${ACCOUNT} --groups= '${files}' \\
      ${config.Entrypoint.join(" ")}`;
  await using running = await startProgram(
    {
      name: "The server on a read-only root",
      command: "unshare",
      args: ["--mount", "sh", "-c", script],
      folder: "/",
    },
    () => answers(`${url}/livez`),
  );
  await changeTags(url, data);
  await running.stop();
  const { code, stderr } = await running.ended();
  assert.equal(code, 0, stderr);
}

/** Whether the container's Node believes an authority that its file of authorities has. */
export async function checkAuthorities({ id, store }: Container): Promise<void> {
  const told = await store.run("run", "--isolation", "chroot", id, "--", NODE, "-p", TRUSTED);
  const known =
    readFileSync("/etc/ssl/certs/ca-certificates.crt", "utf8").split("BEGIN CERTIFICATE").length - 1;
  assert.ok(Number(told) > 0 && Number(told) <= known, `${told} of ${known} authorities are trusted`);
}

/** Nothing of the image can be changed by its account but what is made for that. */
export async function checkOwners({ files }: Container): Promise<void> {
  const open = await runToEnd(
    "find",
    [".", "(", "-uid", String(ACCOUNT), "-o", "-perm", "/022", ")", "-printf", "%M %U %p\n"],
    {
      folder: files,
    },
  );
  assert.deepEqual(open.trim().split("\n").toSorted(), [
    `drwx------ ${ACCOUNT} ./var/lib/imagetags`,
    "drwxrwxrwt 0 ./tmp",
  ]);
}

/** Makes an image, and adds and removes a tag, with the token that the first start made. */
export async function changeTags(url: string, data: string): Promise<void> {
  const token = /token: "?([\w-]+)/.exec(readFileSync(join(data, "tokens.yaml"), "utf8"))?.[1] ?? "";
  const api = imageApi("the packaged server", url, token);
  const id = await api.create({ name: "packaged", tags: ["kept"] });
  assert.equal(await api.addTag(id, "old"), 204);
  assert.equal(await api.removeTag(id, "old"), 204);
  assert.equal(await api.removeTag(id, "old"), 404);
  assert.deepEqual(await api.tags(id), ["kept"]);
}

async function untilAnswers(url: string, running: Running): Promise<void> {
  while (!(await answers(`${url}/livez`))) {
    if (running.hasEnded()) throw new Error(`It ended: ${running.stdout()}${running.stderr()}`);
    await sleep(50);
  }
}
