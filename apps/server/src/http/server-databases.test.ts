import { runServer, startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import { ask, errorIn, makeImage, tagsShown } from "../testing/api.ts";
import { describeOnDatabases } from "../testing/database-kinds.ts";
import { CALLER_TOKENS } from "../testing/test-server.ts";
import { jsonOf } from "../testing/raw-request.ts";

describeOnDatabases(
  "two server processes on",
  (kind) => {
    test("remove, add, list and refuse as one", async () => {
      using folder = temporaryFolder();
      const database = await kind.take();
      const url = new URL(database.url);
      // Nobody asks for this password, which must not be told anywhere.
      if (url.password === "") url.password = "unasked-secret";
      const settings = (data: string) => ({
        IMAGETAGS_DATABASE_URL: kind.name.includes("MariaDB") ? database.url : url.href,
        IMAGETAGS_DATA_DIR: folder.at(data),
      });
      {
        await using one = await startServer({ folder, settings: settings("one"), tokens: CALLER_TOKENS });
        await using two = await startServer({ folder, settings: settings("two"), tokens: CALLER_TOKENS });
        const id = await makeImage(one, { tags: ["miracle", "a/b", "é", "stays"] });
        const alike = await ask(two, "PUT", `/v2/images/${id}/tags/Miracle`);
        expect(alike.status).toBe(kind.folds ? 409 : 204);
        if (kind.folds) expect(errorIn(alike)).toMatchObject({ reason: "colliding-tag" });
        for (const tag of ["miracle", "a%2Fb", "%C3%A9"]) {
          const replies = await Promise.all(
            Array.from({ length: 24 }, (_, index) =>
              ask(index % 2 === 0 ? one : two, "DELETE", `/v2/images/${id}/tags/${tag}`),
            ),
          );
          const statuses = replies.map(({ status }) => status);
          expect(statuses.toSorted()).toEqual([204, ...Array(23).fill(404)]);
        }
        expect(await tagsShown(two, id)).toEqual(kind.folds ? ["stays"] : ["Miracle", "stays"]);
        if (kind.folds) await ask(two, "PUT", `/v2/images/${id}/tags/Miracle`);
        expect((await ask(two, "PUT", `/v2/images/${id}/tags/fresh`)).status).toBe(204);
        expect(await tagsShown(one, id)).toEqual(["Miracle", "fresh", "stays"]);
        const listed = async (tag: string) =>
          jsonOf(await ask(one, "GET", `/v2/images?tag=${tag}&limit=5`)) as { images: { id: string }[] };
        expect((await listed("fresh")).images).toMatchObject([{ id }]);
        expect((await listed("Fresh")).images).toEqual([]);
        const foreign = await ask(two, "DELETE", `/v2/images/${id}/tags/fresh`, { as: "BETA_MEMBER" });
        expect(foreign.status).toBe(404);
        expect((await ask(two, "DELETE", `/v2/images/${id}/tags/fresh`, { as: "ALPHA_READER" })).status).toBe(
          403,
        );
        expect((await ask(two, "DELETE", `/v2/images/${id}/tags/fresh`, { as: "ADMIN" })).status).toBe(204);
        if (!kind.holdsWide) {
          const wide = await ask(one, "PUT", `/v2/images/${id}/tags/%F0%9F%98%80`);
          expect(wide.status).toBe(400);
          expect(errorIn(wide).message).toContain('the tag "😀"');
          expect((await ask(one, "DELETE", `/v2/images/${id}/tags/%F0%9F%98%80`)).status).toBe(404);
        }
        expect(one.startText).toContain(
          kind.hasGlancesImages ? "(made by Glance, used as it is)" : "(made by this server)",
        );
        expect(one.startText + one.stdout() + two.startText + two.stdout()).not.toContain(
          url.password === "" ? "unasked-secret" : url.password,
        );
      }
      await database.giveBack();
    });

    test("refuse a database without tables, and name the command that makes them", async () => {
      using folder = temporaryFolder();
      const { url, drop } = await kind.makeEmpty();
      const settings = { IMAGETAGS_DATABASE_URL: url, IMAGETAGS_DATA_DIR: folder.at("data") };
      const refused = await runServer(["serve"], settings, folder.path);
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toContain('it has no tables; make them with "imagetags-server migrate"');
      const made = await Promise.all([1, 2].map(() => runServer(["migrate"], settings, folder.path)));
      expect(made.map(({ code }) => code)).toEqual([0, 0]);
      expect(made.map(({ stdout }) => stdout).join("")).toContain("was empty and has its tables now.");
      const again = await runServer(["migrate"], settings, folder.path);
      expect(again.stdout).toContain("is up to date.");
      await drop();
    });
  },
  (kind) => kind.isServer,
);
