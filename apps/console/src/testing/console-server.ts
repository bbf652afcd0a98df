import { createClient, type Client, type ImageCreate } from "@imagetags/client";
import { startServer, type KnownToken } from "@imagetags/testing/server/start-server";
import type { Page } from "playwright-core";
import { servePage } from "./serve-page.ts";

/** The people of these tests: alice and bob share a project, carol may only read, and eve is of another one. */
const PEOPLE = {
  alice: { user_id: "alice", project_id: "blue", roles: ["member"] },
  bob: { user_id: "bob", project_id: "blue", roles: ["member"] },
  carol: { user_id: "carol", project_id: "blue", roles: ["reader"] },
  eve: { user_id: "eve", project_id: "red", roles: ["member"] },
} as const;

export type PersonName = keyof typeof PEOPLE;

/** A server with its console. */
export interface ConsoleServer extends AsyncDisposable {
  /** Where the page is. */
  readonly page: string;
  readonly clientOf: (person: PersonName) => Client;
  /** Makes images, and gives their ids in order. */
  readonly make: (images: readonly ImageCreate[], person?: PersonName) => Promise<string[]>;
}

/** Starts the built server on SQLite, and its page. */
export async function startConsole(settings: Readonly<Record<string, string>> = {}): Promise<ConsoleServer> {
  await using stack = new AsyncDisposableStack();
  const tokens: KnownToken[] = Object.entries(PEOPLE).map(([name, who]) => ({
    token: tokenOf(name),
    ...who,
  }));
  const server = stack.use(await startServer({ tokens, settings }));
  const served = stack.use(await servePage(server.url));
  const clientOf = (person: PersonName) => createClient({ endpoint: server.url, token: tokenOf(person) });
  const owned = stack.move();
  return {
    page: `${served.url}/console/`,
    clientOf,
    async make(images, person = "alice") {
      const client = clientOf(person);
      const ids: string[] = [];
      const waiting = images.entries();
      const makeSome = async () => {
        for (const [index, body] of waiting) {
          const reply = await client.images.create({ body });
          if (reply.status !== 201) throw new Error(`${reply.status}: ${reply.body.error.message}`);
          ids[index] = reply.body.id;
        }
      };
      await Promise.all(Array.from({ length: 16 }, makeSome));
      return ids;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Opens the page at a fragment such as `#/tags` and signs somebody in. */
export async function signIn(
  page: Page,
  server: ConsoleServer,
  person: PersonName,
  fragment = "",
): Promise<void> {
  await page.goto(server.page + fragment);
  await page.getByLabel("Token").fill(tokenOf(person));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").waitFor();
}

function tokenOf(person: string): string {
  return `the-console-token-of-${person}`;
}
