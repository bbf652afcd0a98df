import { describe, expect, test } from "vitest";
import { findImage } from "./find-image.ts";
import type { ImageFilter } from "./helper-options.ts";
import { images } from "./images.ts";
import {
  AmbiguousImageError,
  EndlessListError,
  ImageNotFoundError,
  RefusedError,
} from "../errors/refusal-errors.ts";
import { tagCounts } from "./tag-counts.ts";
import { imagesWith, startTestImages, type TestImages, wholeImage } from "../testing/test-images.ts";
import { errorOf, json, rejection } from "../testing/test-server.ts";

async function idsOf(service: TestImages, filter?: ImageFilter): Promise<string[]> {
  return Array.fromAsync(images(service.client(), filter), ({ id }) => id);
}

const all = (count: number) => Array.from({ length: count }, (_, index) => `i${index}`);

describe("images", () => {
  test("go on over all pages, in order", async () => {
    await using service = await startTestImages(imagesWith("t", 25), { pageSize: 10 });
    expect(await idsOf(service)).toEqual(all(25));
    expect(
      service.arrivals.map(({ target }) => new URL(target, "http://h").searchParams.get("marker")),
    ).toEqual([null, "i9", "i19"]);
  });

  test("are none where there is none", async () => {
    await using service = await startTestImages([]);
    expect(await idsOf(service, { tag: ["t"] })).toEqual([]);
  });

  test("are asked for as the filter says, from its marker on", async () => {
    await using service = await startTestImages(imagesWith("t", 9));
    expect(await idsOf(service, { tag: ["t"], limit: 3, marker: "i3", os_distro: "debian" })).toEqual(
      all(9).slice(4),
    );
    expect(service.arrivals.map(({ target }) => target)).toEqual([
      "/v2/images?limit=3&tag=t&marker=i3&os_distro=debian",
      "/v2/images?limit=3&tag=t&marker=i6&os_distro=debian",
    ]);
  });

  test("are not asked for beyond what is taken", async () => {
    await using service = await startTestImages(imagesWith("t", 30), { pageSize: 10 });
    for await (const { id } of images(service.client())) if (id === "i3") break;
    expect(service.arrivals).toHaveLength(1);
  });

  test("may be deleted one after the other, and none is passed over", async () => {
    await using service = await startTestImages(imagesWith("t", 35), { pageSize: 10 });
    const seen: string[] = [];
    for await (const { id } of images(service.client())) {
      seen.push(id);
      service.images.splice(
        service.images.findIndex((image) => image.id === id),
        1,
      );
    }
    expect(seen).toEqual(all(35));
  });

  test("may lose the one that marks the place, and none comes twice", async () => {
    await using service = await startTestImages(imagesWith("t", 35), { pageSize: 10 });
    const seen: string[] = [];
    for await (const { id } of images(service.client())) {
      seen.push(id);
      if (id === "i5") service.images.splice(19, 1);
      // It is in the page that is gone through, and the last of it.
      if (id === "i15") service.images.splice(19, 1);
    }
    expect(seen).toEqual(all(35).filter((id) => id !== "i19"));
  });

  test("never come from where a link of the server leads", async () => {
    await using service = await startTestImages([], {
      instead: ({ query }) =>
        query.has("marker")
          ? undefined
          : json(200, { images: [], first: "/", schema: "/", next: "http://169.254.0.1/v2/images?marker=x" }),
    });
    expect(await idsOf(service)).toEqual([]);
  });

  test("end where a server gives the same page again, or goes round in a circle", async () => {
    const page = (ids: readonly string[], marker: string) =>
      json(200, {
        images: ids.map((id) => wholeImage({ id, tags: [] })),
        first: "/v2/images",
        schema: "/v2/schemas/images",
        next: `/v2/images?marker=${marker}`,
      });
    const gone = json(400, errorOf(400, "Bad Request", "No image found with ID b", "no-such-marker"));
    for (const [answer, ids] of [
      [() => page(["a", "b"], "b"), ["a", "b"]],
      // Markers that are always new do not make its images so.
      [() => page(["a", "b"], String(Math.random())), ["a", "b"]],
      [
        (marker: string | null) => page(marker === "b" ? ["c"] : ["b"], marker === "b" ? "c" : "b"),
        ["b", "c"],
      ],
      [(marker: string | null) => (marker === null ? page(["a", "b"], "b") : gone), ["a", "b"]],
    ] as const) {
      await using service = await startTestImages([], {
        instead: ({ query }) => (query.has("os_hidden") ? undefined : answer(query.get("marker"))),
      });
      expect([...new Set(await idsOf(service))]).toEqual(ids);
      expect(service.arrivals.length).toBeLessThan(5);
    }
  });

  test("go on past empty pages, as a server has them whose rules hide all images of a page", async () => {
    for (const hidden of [["i0"], ["i1", "i2", "i3"], ["i0", "i1", "i5"]]) {
      await using service = await startTestImages(imagesWith("t", 6), {
        instead({ query }) {
          const at = Number(query.get("marker")?.slice(1) ?? -1) + 1;
          const shown = hidden.includes(`i${at}`) ? [] : [wholeImage({ id: `i${at}`, tags: ["t"] })];
          const next = at === 5 ? {} : { next: `/v2/images?marker=i${at}` };
          return json(200, { images: shown, first: "/v2/images", schema: "/v2/schemas/images", ...next });
        },
      });
      expect(await idsOf(service)).toEqual(all(6).filter((id) => !hidden.includes(id)));
      expect(service.arrivals).toHaveLength(6);
    }
  });

  test.each<[string, (marker: string | null, asked: number) => [ids: string[], marker: string]]>([
    ["one empty page again and again", () => [[], "x"]],
    ["empty pages in a circle", (marker) => [[], marker === "x" ? "y" : "x"]],
    ["a page and an empty one in turns", (_, asked) => [asked % 2 === 0 ? ["a"] : [], `m${asked}`]],
    ["a circle of pages under markers that are always new", (_, asked) => [[`p${asked % 3}`], `m${asked}`]],
    [
      "a first page, and then such a circle",
      (_, asked) => [[asked < 2 ? `s${asked}` : `p${asked % 5}`], `m${asked}`],
    ],
  ])("end where a server gives %s", async (_, pageOf) => {
    let asked = 0;
    await using service = await startTestImages([], {
      instead({ query }) {
        const [ids, marker] = pageOf(query.get("marker"), asked++);
        return json(200, {
          images: ids.map((id) => wholeImage({ id, tags: [] })),
          first: "/v2/images",
          schema: "/v2/schemas/images",
          next: `/v2/images?marker=${marker}`,
        });
      },
    });
    await idsOf(service);
    expect(service.arrivals.length).toBeLessThan(20);
  });

  test("end with an error where a server names a next page for ever and none has an image", async () => {
    let asked = 0;
    await using service = await startTestImages([], {
      instead: () =>
        json(200, {
          images: [],
          first: "/v2/images",
          schema: "/v2/schemas/images",
          next: `/v2/images?marker=m${asked++}`,
        }),
    });
    const error = await rejection(idsOf(service));
    expect(error).toBeInstanceOf(EndlessListError);
    expect(error).toMatchObject({
      code: "ENDLESS_LIST",
      pages: 1001,
      message: "The server's list of images has no end: 1001 pages in a row held none and named a next one.",
    });
    expect(service.arrivals).toHaveLength(1001);
  });

  test("end with the server's refusal, and with the signal's reason", async () => {
    await using service = await startTestImages(imagesWith("t", 30), {
      pageSize: 10,
      instead: ({ query }) =>
        query.get("marker") === "i19" ? json(403, errorOf(403, "Forbidden", "No.")) : undefined,
    });
    expect(await rejection(idsOf(service))).toMatchObject({ code: "REFUSED", status: 403, message: "No." });

    const controller = new AbortController();
    const reason = new Error("The user left.");
    const seen: string[] = [];
    const walk = async () => {
      for await (const { id } of images(service.client(), {}, { signal: controller.signal })) {
        seen.push(id);
        controller.abort(reason);
      }
    };
    expect(await rejection(walk())).toBe(reason);
    expect(seen).toEqual(all(10));
  });

  test("that the filter is refused for are no lost marker", async () => {
    await using service = await startTestImages([], {
      instead: () => json(400, errorOf(400, "Bad Request", "Invalid sort key.")),
    });
    expect(await rejection(idsOf(service, { marker: "i3" }))).toBeInstanceOf(RefusedError);
    expect(service.arrivals).toHaveLength(1);
  });
});

describe("findImage", () => {
  test("finds an image by its id, though another has that for a name", async () => {
    await using service = await startTestImages([
      { id: "a", name: "b", tags: [] },
      { id: "b", name: "c", tags: [] },
    ]);
    expect(await findImage(service.client(), "b")).toMatchObject({ id: "b" });
    expect(service.arrivals).toHaveLength(1);
  });

  test.each(["web server", "a/b", "..", "eq:7", "x".repeat(200), "é"])(
    "finds %j by its name",
    async (name) => {
      await using service = await startTestImages([{ id: "a", name, tags: [] }, ...imagesWith("t", 3)]);
      expect(await findImage(service.client(), name)).toMatchObject({ id: "a", name });
    },
  );

  test("finds a hidden image", async () => {
    await using service = await startTestImages([{ id: "a", name: "n", tags: [], os_hidden: true }]);
    expect(await findImage(service.client(), "n")).toMatchObject({ id: "a" });
  });

  test("finds none of another case, whatever the server lists", async () => {
    const list = { images: [], first: "/", schema: "/" };
    await using service = await startTestImages([], {
      instead: ({ path }) => (path === "/v2/images" ? json(200, list) : undefined),
    });
    const error = await rejection(findImage(service.client(), "Web"));
    expect(error).toBeInstanceOf(ImageNotFoundError);
    expect(error).toMatchObject({ image: "Web" });
  });

  test("lists the candidates where there are several", async () => {
    await using service = await startTestImages([
      { id: "a", name: "n", tags: [] },
      { id: "b", name: "n", tags: [], os_hidden: true },
    ]);
    const error = await rejection(findImage(service.client(), "n"));
    expect(error).toBeInstanceOf(AmbiguousImageError);
    expect(error).toMatchObject({
      code: "AMBIGUOUS_IMAGE",
      message: "There are 2 images of the name n: a, b.",
      candidates: [{ id: "a" }, { id: "b" }],
    });
  });

  test("does not go on by the name when the id may not be asked for", async () => {
    await using service = await startTestImages([], {
      instead: () => json(403, errorOf(403, "Forbidden", "No.")),
    });
    expect(await rejection(findImage(service.client(), "n"))).toMatchObject({ status: 403 });
    expect(service.arrivals).toHaveLength(1);
  });
});

describe("tagCounts", () => {
  test("counts each tag, the most frequent first and equals by name, hidden images too", async () => {
    await using service = await startTestImages(
      [
        { id: "a", tags: ["x", "z"] },
        { id: "b", tags: ["z", "y"], os_hidden: true },
        { id: "c", tags: ["Z", "__proto__"] },
      ],
      { pageSize: 1 },
    );
    const seen: number[] = [];
    const counts = await tagCounts(service.client(), {}, { onProgress: (count) => seen.push(count) });
    expect([...counts]).toEqual([
      ["z", 2],
      ["Z", 1],
      ["__proto__", 1],
      ["x", 1],
      ["y", 1],
    ]);
    expect(seen.at(-1)).toBe(3);
    expect([...(await tagCounts(service.client(), { os_hidden: false })).keys()]).not.toContain("y");
  });

  test("counts no image twice where the server does not know hidden ones", async () => {
    await using service = await startTestImages(imagesWith("t", 3), { ignoresHidden: true });
    expect([...(await tagCounts(service.client()))]).toEqual([["t", 3]]);
  });
});
