import { expect, test } from "vitest";
import { z } from "zod";
import { ask, makeImage } from "../testing/api.ts";
import { describeOnDatabases } from "../testing/database-kinds.ts";
import { jsonOf } from "../testing/raw-request.ts";
import { startTestServer } from "../testing/test-server.ts";

const IMAGES = 5;
const MOVES = 24;

const listed = z.object({ images: z.array(z.object({ id: z.string(), tags: z.array(z.string()) })) });
const counted = z.object({ tags: z.array(z.object({ images: z.number() })) });
const moved = z.object({ to: z.string(), from: z.array(z.string()) });

describeOnDatabases("while a tag is moved among images by two servers over", (kind) => {
  test("every list has one bearer, and each move finds what the one before it left", async () => {
    await using database = await kind.open();
    const env = { IMAGETAGS_DATABASE_URL: database.url };
    await using one = await startTestServer({ env });
    await using other = await startTestServer({ env });
    const first = await makeImage(one, { tags: ["handed on"] });
    const others = await Promise.all(Array.from({ length: IMAGES - 1 }, () => makeImage(one)));
    const images = [first, ...others];
    const end = new AbortController();
    let seen = 0;
    const read = async (server: typeof one) => {
      while (!end.signal.aborted) {
        const list = listed.parse(jsonOf(await ask(server, "GET", "/v2/images?tag=handed%20on")));
        expect(list.images.map(({ tags }) => tags)).toEqual([["handed on"]]);
        const all = counted.parse(jsonOf(await ask(server, "GET", "/v2/tags?name=handed%20on")));
        expect(all.tags).toEqual([{ images: 1 }]);
        seen += 1;
      }
    };
    const moveTo = async (to: string, index: number) => {
      const reply = await ask(index % 2 === 0 ? one : other, "POST", "/v2/tags/handed%20on/move", {
        body: JSON.stringify({ to }),
      });
      expect(reply.status, reply.body).toBe(200);
      return moved.parse(jsonOf(reply));
    };
    const readers = [read(one), read(other), read(one)];
    const moves: z.infer<typeof moved>[] = [];
    // At once by sixes, and the rest one after the other.
    for (let start = 0; start < MOVES; start += 6) {
      const at = [0, 1, 2, 3, 4, 5].map((index) => start + index);
      moves.push(
        ...(await Promise.all(at.map((index) => moveTo(images[(index * 3) % IMAGES] ?? first, index)))),
      );
    }
    end.abort();
    await Promise.all(readers);
    expect(seen).toBeGreaterThan(0);
    const [last] = listed.parse(jsonOf(await ask(one, "GET", "/v2/images?tag=handed%20on"))).images;
    for (const id of images) {
      const gained =
        moves.filter(({ to, from }) => from.length > 0 && to === id).length + Number(id === first);
      const lost = moves.filter(({ from }) => from.includes(id)).length + Number(id === last?.id);
      expect(gained).toBe(lost);
    }
  });
});
