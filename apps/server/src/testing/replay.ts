import { randomUUID } from "node:crypto";
import { openSqlite } from "../store/sqlite/open.ts";
import type { ImageStore } from "../images/model/image-store.ts";
import type { CorpusRecord } from "./corpus.ts";
import type { NewImage } from "../images/model/image-record.ts";
import { addMember, newImage, tagsInFile } from "./make-image.ts";
import { arrangeList } from "./replay-list.ts";
import { rawRequest, type RawReply } from "./raw-request.ts";
import { tokenOf, type TestServer } from "./test-server.ts";

/** What a recorded request met here. */
export interface Replayed {
  readonly reply: RawReply;
  /** The image's tags afterwards, sorted. */
  readonly after: readonly string[];
  readonly imageId: string;
  /** What the names in braces of a record about lists stand for here. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Sends a recorded request to a server, for an image of its own that bears what the recorded image bore just
 * before. The corpus is a part of a longer recording, so those tags are worked out from the tags afterwards and
 * from what the request did.
 */
export async function replay(server: TestServer, record: CorpusRecord): Promise<Replayed> {
  const imageId = /%66%32/.test(record.path) ? decodeURIComponent(segment(record.path, 3)) : randomUUID();
  await arrange(server.databasePath, record, imageId);
  const names = record.name.startsWith("list.")
    ? await arrangeList(server.databasePath, record)
    : new Map<string, string>();

  const path = withNames(record.path, names)
    .replaceAll(/\{[\w-]+:upper\}/g, imageId.toUpperCase())
    .replaceAll(/\{[\w-]+:nodash\}/g, imageId.replaceAll("-", ""))
    .replaceAll("{base}", server.url)
    .replaceAll("{token:ALPHA_MEMBER}", tokenOf("ALPHA_MEMBER"))
    .replaceAll(/\{[\w-]+\}/g, imageId);
  const chunked = record.name.includes(".chunked");
  const reply = await rawRequest(server.port, {
    method: record.method,
    // The record has each byte as its character in Latin-1.
    path: Buffer.from(path, "latin1").toString("utf8"),
    headers: [
      ...(record.accept === undefined ? [] : [["Accept", record.accept] as const]),
      ...(record.as === undefined ? [] : [["X-Auth-Token", tokenOf(record.as)] as const]),
      ...Object.entries(record.request_headers ?? {}).map(
        ([name, value]) => [name, value.replace("{token:ALPHA_MEMBER}", tokenOf("ALPHA_MEMBER"))] as const,
      ),
    ],
    ...(record.request_body === undefined ? {} : { body: wholeBody(record) }),
    chunked,
  });
  return { reply, after: tagsInFile(server.databasePath, imageId), imageId, names };
}

/** A text of a record with the names in braces replaced by what they stand for here. */
export function withNames(text: string, names: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{[\w:-]+\}/g, (name) => names.get(name) ?? name);
}

/** Restores a body. The longest are recorded by their beginning: tags `t0`, `t1` and so on. */
export function wholeBody({ name, request_body: body = "" }: CorpusRecord): string {
  const beginning = /^\(\d+ bytes\) (.*\[)"t0"/.exec(body)?.[1];
  if (beginning === undefined) return body;
  const different = name.endsWith("dups") ? 123 : name.endsWith("129") ? 129 : 128;
  const tags = Array.from({ length: different }, (_, index) => `t${index}`);
  if (name.endsWith("dups")) tags.push(...tags.slice(0, 6));
  const list = tags.map((tag) => JSON.stringify(tag)).join(", ");
  return `${beginning}${list}]}${body.includes('"op"') ? "]" : ""}`;
}

async function arrange(databasePath: string, record: CorpusRecord, imageId: string): Promise<void> {
  const { store } = await openSqlite(databasePath);
  const [group = "", kind = ""] = record.name.split(".");
  const authz = group === "authz" ? AUTHZ[kind] : undefined;
  try {
    await store.createImage(
      newImage({
        id: imageId,
        tags: tagsBefore(record),
        protected: record.path.includes("{protected}"),
        ...authz?.image,
      }),
    );
    if (authz?.betaIs !== undefined) addMember(databasePath, imageId, "beta", authz.betaIs);
    if (record.path.includes("{life}") || kind.startsWith("deleted")) await deleteImage(store, imageId);
  } finally {
    await store.close();
  }
}

/** The images of the group `authz`, by the second word of a record's name. */
const AUTHZ: Readonly<Record<string, { image: Partial<NewImage>; betaIs?: string }>> = {
  private: { image: { visibility: "private" } },
  shared: { image: { visibility: "shared" } },
  "shared-pending": { image: { visibility: "shared" }, betaIs: "pending" },
  "shared-accepted": { image: { visibility: "shared" }, betaIs: "accepted" },
  "shared-rejected": { image: { visibility: "shared" }, betaIs: "rejected" },
  community: { image: { visibility: "community" } },
  public: { image: { visibility: "public" } },
  hidden: { image: { visibility: "public", osHidden: true } },
  protected: { image: { visibility: "private", protected: true } },
  "admin-private": { image: { visibility: "private", owner: "infra" } },
  active: { image: { visibility: "private", status: "active" } },
  deactivated: { image: { visibility: "private", status: "deactivated" } },
  deleted: { image: { visibility: "private" } },
  "deleted-active": { image: { visibility: "private", status: "active" } },
};

async function deleteImage(store: ImageStore, imageId: string): Promise<void> {
  await store.deleteImage({ imageId, projectId: "alpha" }, () => undefined);
}

/** The tags that the recorded image bore before the request. */
export function tagsBefore(record: CorpusRecord): string[] {
  const tags = new Set(record.after ?? []);
  // Glance read the path as Latin-1 and stored it so.
  if (record.name === "cross.json-mojibake-then-url-delete") return [...tags, "Ã©"];
  if (record.path.includes("{quota}")) return quotaTags(record.name);
  if (record.method === "PATCH" && record.status === 200) return [];
  if (record.name.startsWith("authz.") && record.after === undefined) return ["t", "u"];
  const tag = tagInPath(record.path);
  if (tag !== undefined && record.status === 204) {
    if (record.method === "DELETE") tags.add(tag);
    if (record.method === "PUT") {
      tags.delete(tag);
      tags.delete(Buffer.from(tag, "utf8").toString("latin1"));
    }
  }
  return [...tags];
}

/** The tags of an image that is full, or has one place left. */
function quotaTags(name: string): string[] {
  const tags = Array.from({ length: 127 }, (_, index) => `t${String(index + 1).padStart(3, "0")}`);
  return /-128th|-after-delete/.test(name) ? tags : [...tags, "last"];
}

/** The tag that a path names; `undefined` where it cannot be read. */
export function tagInPath(path: string): string | undefined {
  const encoded = path.split("?")[0]?.split("/").at(-1) ?? "";
  try {
    return Buffer.from(unescapeBytes(encoded), "latin1").toString("utf8");
  } catch {
    return undefined;
  }
}

function unescapeBytes(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function segment(path: string, index: number): string {
  return path.split("/")[index] ?? "";
}
