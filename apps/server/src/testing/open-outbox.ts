import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { copyFileSync } from "node:fs";
import type { Actor } from "../images/model/actor.ts";
import { SqlOutbox } from "../store/outbox/sql-outbox.ts";
import { SqlGivenUp } from "../store/outbox/sql-given-up.ts";
import { openSqlite } from "../store/sqlite/open.ts";
import { newImage } from "./make-image.ts";
import { newSqliteFile } from "./sqlite-databases.ts";

/** An SQLite store whose events are to be sent to destinations, and the outbox; `another` opens both once more. */
export async function openOutbox(...destinations: string[]) {
  const folder = temporaryFolder();
  const path = folder.at("test.db");
  copyFileSync(await newSqliteFile(), path);
  const { store, database } = await openSqlite(path, { destinations });
  const others: { close(): Promise<void> }[] = [];
  let requests = 0;
  return {
    store,
    outbox: new SqlOutbox(database),
    givenUp: new SqlGivenUp(database),
    /** The URL of the database. */
    url: `sqlite:${path}`,
    async another(): Promise<SqlOutbox> {
      const other = await openSqlite(path, { destinations });
      others.push(other.store);
      return new SqlOutbox(other.database);
    },
    /** Makes an image and adds tags to it, each in a request of its own; resolves with the image's id. */
    async addTags(...tags: string[]): Promise<string> {
      const image = newImage();
      await store.createImage(image);
      await this.addMore(image.id, ...tags);
      return image.id;
    },
    async addMore(imageId: string, ...tags: string[]): Promise<void> {
      const caller = { userId: "alice", projectId: "alpha", roles: new Set(["member"]) };
      for (const tag of tags) {
        const actor: Actor = { caller, requestId: `req-${(requests += 1)}` };
        await store.addTag({ imageId, projectId: "alpha", actor }, tag, -1, () => undefined);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const other of [...others, store]) await other.close();
      folder[Symbol.dispose]();
    },
  };
}
