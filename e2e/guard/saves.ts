// Every way in which Glance saves an image, with tags removed and added here meanwhile.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { FORMATS, type Setting } from "./setting.ts";

/** The most that Glance takes in, in bytes. */
const UPLOAD_CAP = 4_000_000;

/** What Glance must be told so that it can be made to save an image in every way. */
export function savingGlance(webPort: number) {
  return {
    DEFAULT: {
      image_size_cap: UPLOAD_CAP,
      enabled_import_methods: "[glance-direct,web-download,copy-image]",
    },
    import_filtering_opts: { allowed_ports: `[${webPort}]`, allowed_hosts: "[127.0.0.1]" },
  };
}

const DATA = Buffer.alloc(300_000, 7);

export async function saveChecks({
  checks: { check },
  on,
  atGlance,
  atOurs,
  query,
  rounds,
  webPort,
}: Setting) {
  const undone: string[] = [];

  /** Does something at Glance to an image of its own, changes tags meanwhile, and looks at them when it is over. */
  async function tried(
    what: string,
    prepare: (id: string) => Promise<unknown>,
    save: (id: string, change: () => Promise<void>) => Promise<unknown>,
  ) {
    await check(`${on}: tags that are changed here during ${what} stay so`, async () => {
      const id = await atGlance.create({ name: what, tags: ["kept", "gone"], ...FORMATS });
      await prepare(id);
      let changes = 0;
      const change = async () => {
        changes += 1;
        const statuses = [await atOurs.removeTag(id, "gone"), await atOurs.addTag(id, "new")];
        assert.deepEqual(statuses, [204, 204]);
      };
      await save(id, change);
      assert.equal(changes, 1);
      const wanted = ["kept", "new"];
      for (const api of [atOurs, atGlance]) assert.deepEqual(await api.tags(id), wanted);
      assert.equal((await atGlance.send("DELETE", `/v2/images/${id}`)).status, 204);
    });
  }

  const upload = (id: string) =>
    atGlance.send("PUT", `/v2/images/${id}/file`, DATA.toString("latin1"), "application/octet-stream");
  const nothing = () => Promise.resolve();
  const untilStatus = async (id: string, ...wanted: string[]) => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const { status } = await atGlance.show(id);
      if (wanted.includes(status)) return;
      if (performance.now() > deadline)
        throw new Error(`${id} is ${status}, and not ${wanted.join(" or ")}.`);
      await delay(20);
    }
  };

  await tried("an upload", nothing, async (id, change) => {
    const underWay = atGlance.startUpload(id);
    await untilStatus(id, "saving");
    await change();
    assert.equal((await underWay.finish()).status, 204);
  });
  await tried("an upload that is too large", nothing, async (id, change) => {
    const underWay = atGlance.startUpload(id);
    await untilStatus(id, "saving");
    await change();
    const { status } = await underWay.finish(Buffer.alloc(UPLOAD_CAP));
    assert.equal(status, 413);
    await untilStatus(id, "queued", "killed");
  });
  await tried("an upload that is broken off", nothing, async (id, change) => {
    const underWay = atGlance.startUpload(id);
    await untilStatus(id, "saving");
    await change();
    underWay.abort();
    await untilStatus(id, "queued", "killed");
  });
  await tried("an upload to an image that has its data", upload, async (id, change) => {
    const [{ status }] = await Promise.all([upload(id), change()]);
    assert.equal(status, 409);
  });
  const stage = async (id: string) => {
    const { status } = await atGlance.send(
      "PUT",
      `/v2/images/${id}/stage`,
      DATA.toString("latin1"),
      "application/octet-stream",
    );
    assert.equal(status, 204);
  };
  const importing = async (id: string, body: unknown) => {
    const { status, body: said } = await atGlance.send("POST", `/v2/images/${id}/import`, body);
    assert.equal(status, 202, JSON.stringify(said));
  };
  // A task saves the image after that looks complete, and Glance fails to delete it meanwhile.
  const untilTasksEnd = async (id: string) => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const { body } = await atGlance.send("GET", `/v2/images/${id}/tasks`);
      const statuses: string[] = body.tasks.map(({ status }: { status: string }) => status);
      if (statuses.length > 0 && statuses.every((status) => status === "success")) return;
      if (performance.now() > deadline) throw new Error(`The tasks of ${id} are ${statuses.join(", ")}.`);
      await delay(20);
    }
  };
  await tried("an import by glance-direct", stage, async (id, change) => {
    await importing(id, { method: { name: "glance-direct" } });
    await change();
    await untilTasksEnd(id);
    await untilStatus(id, "active");
  });
  {
    // Holds back the data until the tags are changed.
    const { promise: isChanged, resolve: changed } = Promise.withResolvers<undefined>();
    const { promise: isAsked, resolve: asked } = Promise.withResolvers<undefined>();
    const web = createServer((_, response) => {
      asked(undefined);
      void isChanged.then(() => response.end(DATA));
    });
    await new Promise<void>((resolve) => web.listen(webPort, "127.0.0.1", resolve));
    await tried("an import by web-download", nothing, async (id, change) => {
      await importing(id, { method: { name: "web-download", uri: `http://127.0.0.1:${webPort}/data` } });
      await isAsked;
      await change();
      changed(undefined);
      await untilTasksEnd(id);
      await untilStatus(id, "active");
    });
    web.closeAllConnections();
    web.close();
  }
  const startCopy = (id: string) => importing(id, { method: { name: "copy-image" }, stores: ["copies"] });
  const copied = async (id: string) => {
    await untilTasksEnd(id);
    assert.equal((await atGlance.show(id)).stores, "files,copies");
  };
  await tried("a copy to a second store", upload, async (id, change) => {
    await startCopy(id);
    await change();
    await copied(id);
  });
  await tried(
    "the deletion from a store",
    async (id) => {
      await upload(id);
      await startCopy(id);
      await copied(id);
    },
    async (id, change) => {
      const [{ status }] = await Promise.all([atGlance.send("DELETE", `/v2/stores/copies/${id}`), change()]);
      assert.equal(status, 204);
      assert.equal((await atGlance.show(id)).stores, "files");
    },
  );

  const active = async (name: string) => {
    const id = await atGlance.create({ name, tags: ["kept"], ...FORMATS });
    assert.equal((await upload(id)).status, 204);
    return id;
  };
  /** Requests that are over at once, again and again, with an addition and a removal beside each. */
  async function often(
    what: string,
    ask: (id: string, round: number) => Promise<number>,
    wanted: readonly number[],
    prepare: (id: string) => Promise<void> = nothing,
  ) {
    await check(
      `${on}: tags that are changed here beside ${rounds * 4} times ${what} stay so, and Glance answers ${wanted.join(" or ")}`,
      async () => {
        const ids = await Promise.all(Array.from({ length: 4 }, (_, index) => active(`${what} ${index}`)));
        const statuses = await Promise.all(
          ids.map(async (id) => {
            const seen: number[] = [];
            for (let round = 0; round < rounds; round += 1) {
              await prepare(id);
              assert.equal(await atOurs.addTag(id, `out-${round}`), 204);
              const asked = ask(id, round);
              await delay(Math.random() * 30);
              assert.equal(await atOurs.removeTag(id, `out-${round}`), 204);
              assert.equal(await atOurs.addTag(id, `in-${round}`), 204);
              seen.push(await asked);
            }
            const expected = [
              "kept",
              ...Array.from({ length: rounds }, (_, round) => `in-${round}`),
            ].toSorted();
            const tags = await atGlance.tags(id);
            if (tags.join() !== expected.join()) undone.push(`${what}: ${tags.join()}`);
            return seen;
          }),
        );
        assert.deepEqual(new Set(statuses.flat().filter((status) => !wanted.includes(status))), new Set());
        assert.deepEqual(undone, []);
      },
    );
  }
  await often(
    "PATCH",
    async (id, round) =>
      (await atGlance.patch(id, [{ op: "replace", path: "/name", value: `turn ${round}` }])).status,
    [200],
  );
  await often(
    "deactivating and reactivating",
    async (id, round) =>
      (
        await atGlance.send(
          "POST",
          `/v2/images/${id}/actions/${round % 2 === 0 ? "deactivate" : "reactivate"}`,
        )
      ).status,
    [204],
  );
  await often(
    "GET of an image whose location names no store, which saves it",
    async (id) => (await atGlance.send("GET", `/v2/images/${id}`)).status,
    [200],
    async (id) => {
      const [row] = await query(`SELECT meta_data FROM image_locations WHERE image_id = '${id}'`);
      assert.match(String(row), /"store"/, "The GET before it has not saved.");
      await query(`UPDATE image_locations SET meta_data = '{}' WHERE image_id = '${id}'`);
    },
  );
  await check(
    `${on}: an image that is deleted at Glance while its tags are changed here is gone, and so are its tags`,
    async () => {
      for (let round = 0; round < rounds; round += 1) {
        const id = await active("deleted");
        const [{ status }, ...changes] = await Promise.all([
          atGlance.send("DELETE", `/v2/images/${id}`),
          atOurs.addTag(id, "late"),
          atOurs.removeTag(id, "kept"),
        ]);
        assert.equal(status, 204);
        for (const change of changes) assert.ok([204, 404].includes(change), String(change));
        assert.equal((await atGlance.send("GET", `/v2/images/${id}`)).status, 404);
        assert.equal(await atOurs.removeTag(id, "late"), 404);
      }
    },
  );
}
