import { randomUUID } from "node:crypto";
import { MANAGER_TOKEN, MEMBER_TOKEN, startKnowing } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { z } from "zod";
import { cloudEnv } from "./cli-process.ts";

export { MEMBER_TOKEN };

/** What the tests read of an image, or of a page of them. */
const replyShape = z.object({
  tags: z.array(z.string()).optional(),
  images: z.array(z.unknown()).optional(),
  next: z.string().optional(),
});

/** The real server as a process of its own, and what is asked of it without the command. */
export interface ImageServer extends AsyncDisposable {
  readonly url: string;
  /** The environment in which the command talks to it. */
  readonly env: Readonly<Record<string, string>>;
  /** The same, as a manager of the project. */
  readonly managerEnv: Readonly<Record<string, string>>;
  /** Makes an image and gives its id. */
  create(image: NewImage): Promise<string>;
  /** Makes many images. */
  createMany(count: number, image: (index: number) => NewImage): Promise<void>;
  /** The tags of an image. */
  tagsOf(id: string): Promise<string[]>;
  /** How many images bear a tag. */
  bearing(tag: string): Promise<number>;
}

/** An image to be made. */
export interface NewImage {
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly [property: string]: unknown;
}

/** Starts a server with an empty database; `await using` stops it. */
export async function startImageServer(): Promise<ImageServer> {
  const folder = temporaryFolder();
  const server = await startKnowing(folder);
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { "X-Auth-Token": MEMBER_TOKEN, "Content-Type": "application/json" };
    const reply = await fetch(`${server.url}${path}`, { ...init, headers });
    if (!reply.ok) throw new Error(`${path} is answered ${reply.status}: ${await reply.text()}`);
    return replyShape.parse(await reply.json());
  };
  const create = async (image: NewImage) => {
    const id = randomUUID();
    await ask("/v2/images", { method: "POST", body: JSON.stringify({ id, ...image }) });
    return id;
  };
  return {
    url: server.url,
    env: cloudEnv(server.url, MEMBER_TOKEN),
    managerEnv: cloudEnv(server.url, MANAGER_TOKEN),
    create,
    async createMany(count, image) {
      let next = 0;
      const worker = async () => {
        while (next < count) await create(image((next += 1)));
      };
      await Promise.all(Array.from({ length: 32 }, worker));
    },
    async tagsOf(id) {
      const { tags = [] } = await ask(`/v2/images/${id}`);
      return tags.toSorted();
    },
    async bearing(tag) {
      let count = 0;
      let next: string | undefined = `/v2/images?limit=1000&tag=${encodeURIComponent(tag)}`;
      while (next !== undefined) {
        const page: z.infer<typeof replyShape> = await ask(next);
        count += page.images?.length ?? 0;
        next = page.next;
      }
      return count;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
