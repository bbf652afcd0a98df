import { createClient, type Client, type ImageCreate } from "@imagetags/client";
import { startServer, type KnownToken } from "@imagetags/testing/server/start-server";
import type { Page } from "playwright-core";

/** The people of these tests: alice and bob share a project, carol may only read, and eve is of another one. */
const PEOPLE = {
  alice: { user_id: "alice", project_id: "blue", roles: ["member"] },
  bob: { user_id: "bob", project_id: "blue", roles: ["member"] },
  carol: { user_id: "carol", project_id: "blue", roles: ["reader"] },
  eve: { user_id: "eve", project_id: "red", roles: ["member"] },
  /** Of the project that made databases are of. */
  ben: { user_id: "ben", project_id: "bench", roles: ["member"] },
} as const;

export type PersonName = keyof typeof PEOPLE;

/** A server with its console. */
export interface ConsoleServer extends AsyncDisposable {
  /** Where the page is. */
  readonly page: string;
  readonly clientOf: (person: PersonName) => Client;
  /** Makes images, and gives their ids in order. */
  readonly make: (images: readonly ImageCreate[], person?: PersonName) => Promise<string[]>;
  /** The tags of an image, as the server lists them. */
  readonly tagsOf: (id: string) => Promise<readonly string[]>;
}

/** Starts the built server on SQLite, which serves its page. */
export async function startConsole(settings: Readonly<Record<string, string>> = {}): Promise<ConsoleServer> {
  const tokens: KnownToken[] = Object.entries(PEOPLE).map(([name, who]) => ({
    token: tokenOf(name),
    ...who,
  }));
  const server = await startServer({ tokens, settings });
  const clientOf = (person: PersonName) => createClient({ endpoint: server.url, token: tokenOf(person) });
  return {
    page: `${server.url}/console/`,
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
    async tagsOf(id) {
      const reply = await clientOf("alice").imageTags.list({ params: { image_id: id } });
      if (reply.status !== 200) throw new Error(`The tags of ${id} are answered ${reply.status}.`);
      return reply.body.tags;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Opens the page at a fragment such as `#/tags` and signs somebody in. */
export async function signIn(
  page: Page,
  server: Pick<ConsoleServer, "page">,
  person: PersonName,
  fragment = "",
): Promise<void> {
  await page.goto(server.page + fragment);
  await page.locator("input[name=token]").fill(tokenOf(person));
  await page.locator("form.sign-in button.primary").click();
  await page.getByRole("navigation").waitFor();
}

export function tokenOf(person: string): string {
  return `the-console-token-of-${person}`;
}
