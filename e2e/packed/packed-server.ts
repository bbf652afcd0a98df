import { freePort } from "@imagetags/testing/free-port";
import { answers, startProgram } from "@imagetags/testing/processes/program";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A token of every server here. */
export const TOKEN = "packed-members-token-0123456789";

/** A server that was started from its package. */
export interface PackedServer extends AsyncDisposable {
  readonly url: string;
  /** The path of its database, by its settings. */
  readonly database: string;
  /** Makes an image with these tags, and gives its id. */
  readonly makeImage: (...tags: string[]) => Promise<string>;
  readonly tagsOf: (id: string) => Promise<string[]>;
}

/** Starts the server of the package at `at`, with all of its settings in its environment, and waits until it answers. */
export async function startPackedServer(node: string, at: string, folder: string): Promise<PackedServer> {
  mkdirSync(folder);
  const tokens = [{ token: TOKEN, user_id: "alice", project_id: "alpha", roles: ["member"] }];
  // JSON is YAML.
  writeFileSync(join(folder, "people.yaml"), JSON.stringify({ tokens }), { mode: 0o600 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const database = join(folder, "its-own.db");
  const running = await startProgram(
    {
      name: "The packed server",
      command: node,
      args: [join(at, "node_modules/@imagetags/server/bundle/main.js")],
      folder,
      env: {
        IMAGETAGS_LISTEN: `127.0.0.1:${port}`,
        IMAGETAGS_DATA_DIR: folder,
        IMAGETAGS_DATABASE_URL: `sqlite:${database}`,
        IMAGETAGS_TOKENS_FILE: join(folder, "people.yaml"),
        IMAGETAGS_TAG_PROFILE: "ims",
      },
    },
    () => answers(`${url}/versions`),
  );
  const ask = async (path: string, init?: RequestInit) => {
    const reply = await fetch(url + path, { ...init, headers: { "X-Auth-Token": TOKEN } });
    if (!reply.ok) throw new Error(`${path} was answered ${reply.status}: ${await reply.text()}`);
    const image: { id: string; tags: string[] } = JSON.parse(await reply.text());
    return image;
  };
  return {
    url,
    database,
    makeImage: async (...tags) =>
      (await ask("/v2/images", { method: "POST", body: JSON.stringify({ name: "packed", tags }) })).id,
    tagsOf: async (id) => (await ask(`/v2/images/${id}`)).tags,
    [Symbol.asyncDispose]: () => running.stop(),
  };
}
