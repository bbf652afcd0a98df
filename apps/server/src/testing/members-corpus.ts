import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { z } from "zod";
import { ask, makeImage } from "./api.ts";
import { addMember } from "./make-image.ts";
import { CALLERS, type CallerName, type TestServer } from "./test-server.ts";

/** A member and its status. */
type MemberStatus = readonly [member: string, status: string];

interface Arrangement {
  readonly visibility: "private" | "shared" | "community" | "public";
  readonly members?: readonly MemberStatus[];
  readonly deleted?: boolean;
}

/** The images of the recording, by the second word of a record's name. All are project alpha's. */
const IMAGES = {
  private: { visibility: "private" },
  "private-once-shared": {
    visibility: "private",
    members: [
      ["beta", "accepted"],
      ["gamma", "pending"],
    ],
  },
  shared: { visibility: "shared" },
  "shared-pending": {
    visibility: "shared",
    members: [
      ["beta", "pending"],
      ["gamma", "pending"],
    ],
  },
  "shared-accepted": {
    visibility: "shared",
    members: [
      ["beta", "accepted"],
      ["gamma", "pending"],
    ],
  },
  "shared-rejected": {
    visibility: "shared",
    members: [
      ["beta", "rejected"],
      ["gamma", "pending"],
    ],
  },
  "shared-with-itself": {
    visibility: "shared",
    members: [
      ["alpha", "pending"],
      ["gamma", "pending"],
    ],
  },
  community: { visibility: "community" },
  public: { visibility: "public" },
  deleted: { visibility: "shared", members: [["beta", "accepted"]], deleted: true },
  full: {
    visibility: "shared",
    members: Array.from({ length: 128 }, (_, index) => [`m${index}`, "pending"] as const),
  },
} as const satisfies Record<string, Arrangement>;

const callers = Object.keys(CALLERS);

const record = z.object({
  name: z.string(),
  image: z.custom<keyof typeof IMAGES>((name) => typeof name === "string" && name in IMAGES),
  as: z.custom<CallerName>((name) => typeof name === "string" && callers.includes(name)).optional(),
  method: z.string(),
  path: z.string(),
  request_body: z.string().optional(),
  status: z.int(),
  headers: z.object({ allow: z.string() }).optional(),
  body: z.string().optional(),
  message: z.string().optional(),
  after: z.array(z.tuple([z.string(), z.string()])).optional(),
});

/**
 * One request about members to real Glance 25.1.0, with today's policy defaults, and its reply. `{image}` and
 * `{time}` stand for what differs. `after` has the members afterwards, sorted.
 */
export type MembersRecord = z.infer<typeof record>;

/** What real Glance answered to requests about members. */
export function membersCorpus(): MembersRecord[] {
  const file = new URL("data/members.json", import.meta.url);
  return z.array(record).parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Makes the image of a record. */
export async function arrangeImage(server: TestServer, { image }: MembersRecord): Promise<string> {
  const { visibility, members = [], deleted = false }: Arrangement = IMAGES[image];
  const imageId = await makeImage(server, { visibility, owner: "alpha" }, "ADMIN");
  for (const [member, status] of members) addMember(server.databasePath, imageId, member, status);
  if (deleted) await ask(server, "DELETE", `/v2/images/${imageId}`);
  return imageId;
}

/** The live members of an image as they lie in the file, sorted. A doubled one comes twice. */
export function membersInFile(databasePath: string, imageId: string): [string, string][] {
  const database = new Database(databasePath, { readonly: true });
  try {
    return database
      .prepare<[string], { member: string; status: string }>(
        "SELECT member, status FROM image_members WHERE image_id = ? AND deleted = 0",
      )
      .all(imageId)
      .map(({ member, status }): [string, string] => [member, status])
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
  } finally {
    database.close();
  }
}
