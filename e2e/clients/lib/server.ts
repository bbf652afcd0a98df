import type { Checks } from "../../lib/checks.ts";
import { startServer as startBuiltServer } from "@imagetags/testing/server/start-server";

/** Projects with ids as Keystone makes them, and the token of a member of each. */
export const ALPHA = { project: "a1fa0000000040008000000000000001", token: "alpha-token" };
export const BETA = { project: "be7a0000000040008000000000000002", token: "beta-token" };
export const GAMMA = { project: "9a33a000000040008000000000000003", token: "gamma-token" };
export const DELTA = { project: "de17a000000040008000000000000004", token: "delta-token" };

/** What every group of checks is given: the server, and a folder for what clients write. */
export interface Setting {
  readonly checks: Checks;
  readonly server: Awaited<ReturnType<typeof startServer>>;
  readonly folder: string;
}

/** Starts the built server, which knows these tokens. */
export async function startServer() {
  const tokens = [ALPHA, BETA, GAMMA, DELTA].map(({ project, token }) => ({
    token,
    user_id: `user-of-${token}`,
    project_id: project,
    roles: ["member"],
  }));
  const server = await startBuiltServer({ tokens });
  return {
    ...server,

    /** The requests that the server has logged, as `METHOD /path status`. */
    requests() {
      return server
        .stdout()
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line))
        .filter(({ method }) => method !== undefined)
        .map(({ method, path, status }) => `${method} ${path} ${status}`);
    },

    /** An image as the server shows it to a member of a project, without any client. */
    async image(id: string, { token }: { readonly token: string }) {
      const reply = await fetch(`${server.url}/v2/images/${id}`, { headers: { "X-Auth-Token": token } });
      if (reply.status !== 200) throw new Error(`Image ${id} is answered ${reply.status}.`);
      return JSON.parse(await reply.text());
    },
  };
}
