import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { strict as assert } from "node:assert";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startPackedServer, TOKEN, type PackedServer } from "./packed-server.ts";

/** The server listens where its environment says, keeps its data there, and takes the tags that its profile allows. */
export async function checkServer(node: string, at: string, folder: string): Promise<void> {
  await using server = await startPackedServer(node, at, folder);
  assert.ok(existsSync(server.database), "the database is where the environment says");
  const id = await server.makeImage("old", "kept");
  const remove = (tag: string) =>
    fetch(`${server.url}/v2/images/${id}/tags/${tag}`, {
      method: "DELETE",
      headers: { "X-Auth-Token": TOKEN },
    });
  assert.equal((await remove("old")).status, 204);
  assert.equal((await remove("old")).status, 404);
  const refused = await remove("%C3%A9");
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /"IMG\.0115"/);
  assert.deepEqual(await server.tagsOf(id), ["kept"]);
}

/** What a program does with the client, however it came by it. */
const REMOVAL = `
async function remove({ createClient, removeTag }) {
  const client = createClient({ endpoint: process.env.ENDPOINT, token: process.env.TOKEN });
  const { outcome } = await removeTag(client, process.env.IMAGE, process.env.TAG);
  process.stdout.write(outcome);
}
`;

const IMPORTED = `
import * as client from "@imagetags/client";
import { fromCloud, undiciFetch } from "@imagetags/client/node";
import { glanceContract } from "@imagetags/contract";
import { openApiDocument } from "@imagetags/contract/openapi";
${REMOVAL}
if (typeof fromCloud !== "function" || typeof undiciFetch !== "function") throw new Error("The part for Node is empty.");
if (openApiDocument("glance").openapi !== "3.1.0" || glanceContract.imageTags === undefined) throw new Error("No contract.");
await remove(client);
`;

const REQUIRED = `
const client = require("@imagetags/client");
require("@imagetags/client/node");
require("@imagetags/contract");
require("@imagetags/contract/openapi.json");
${REMOVAL}
remove(client);
`;

/** Programs of both kinds of modules remove a tag with the client. */
export async function checkClient(node: string, at: string, server: PackedServer): Promise<void> {
  for (const [name, program] of [
    ["program.mjs", IMPORTED],
    ["program.cjs", REQUIRED],
  ] as const) {
    writeFileSync(join(at, name), program);
    const id = await server.makeImage("old", "kept");
    const env = { ENDPOINT: server.url, TOKEN, IMAGE: id, TAG: "old" };
    assert.equal(await runToEnd(node, [join(at, name)], { folder: at, env }), "removed", name);
    assert.deepEqual(await server.tagsOf(id), ["kept"], name);
  }
}

/** The command is there by its name, and removes a tag. */
export async function checkCommand(node: string, at: string, server: PackedServer): Promise<void> {
  const command = join(at, "node_modules/.bin/imagetags");
  assert.ok(existsSync(command), "npm has put the command where commands are");
  const id = await server.makeImage("old", "kept");
  const env = { IMAGETAGS_ENDPOINT: server.url, IMAGETAGS_TOKEN: TOKEN };
  await runToEnd(node, [command, "remove", id, "old"], { folder: at, env });
  const printed = await runToEnd(node, [command, "show", id, "-o", "json"], { folder: at, env });
  const shown: { tags: string[] } = JSON.parse(printed);
  assert.deepEqual(shown.tags, ["kept"]);
}
