import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { corpus, glanceMessage, type CorpusRecord } from "../testing/corpus.ts";
import { DIFFERENCES, type DifferenceName } from "../testing/differences.ts";
import { replay, tagInPath, tagsBefore, wholeBody, withNames } from "../testing/replay.ts";
import { startKeystoneServer } from "../testing/keystone-server.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const GROUPS = [
  "delete value id body method route cmp cross life",
  "auth authz put patch post read list discovery schema info healthcheck",
].flatMap((groups) => groups.split(" "));

/** Where this server differs from Glance: its status, and the reason for that. */
interface Meant {
  readonly cases: RegExp;
  readonly status: number;
  readonly reason: DifferenceName;
  /** The images that are listed, where a list differs. */
  readonly images?: readonly string[];
}

const MEANT: readonly Meant[] = [
  { cases: /^delete\.400-body\./, status: 404, reason: "deleteBody" },
  { cases: /^delete\.if-match-ignored$/, status: 412, reason: "ifMatch" },
  { cases: /^delete\.client-request-id-65$/, status: 204, reason: "longRequestId" },
  { cases: /^id\.invalid-utf8$/, status: 400, reason: "notUtf8" },
  {
    cases: /^value\.(latin|latin-nfd|cjk|zero-width|rtl|nbsp|fullwidth|sharp-s|lowercase-hex)\.put$/,
    status: 204,
    reason: "nonAscii",
  },
  { cases: /^cross\.json-then-url-delete\.latin$/, status: 204, reason: "nonAscii" },
  { cases: /^cross\.json-mojibake-then-url-delete$/, status: 404, reason: "nonAscii" },
  { cases: /^cross\.json-255-cjk-then-url-delete$/, status: 204, reason: "nonAscii" },
  { cases: /^value\.(cjk-256|8000-chars)\.delete$/, status: 400, reason: "longTag" },
  { cases: /^value\.slash-pct\.put$/, status: 204, reason: "slash" },
  { cases: /^cross\.json-then-url-(delete|put)\.slash$/, status: 204, reason: "slash" },
  { cases: /^value\.(nul|tab|del)\.put$/, status: 400, reason: "controlCharacter" },
  { cases: /^cross\.json-then-url-put\.nul$/, status: 400, reason: "controlCharacter" },
  { cases: /^value\.percent-(raw\.delete|bad\.put|bad\.delete)$/, status: 400, reason: "malformedEncoding" },
  // Bytes beyond ASCII that are not percent-encoded at all.
  { cases: /^value\.raw-utf8\.delete$/, status: 400, reason: "malformedEncoding" },
  { cases: /^value\.(surrogate|invalid|latin1|overlong)/, status: 400, reason: "notUtf8" },
  { cases: /^cmp\.(case-both|accent-both|put-other-case\.then-delete-first)$/, status: 204, reason: "exact" },
  { cases: /^cmp\.put-other-case\.then-patch-away$/, status: 200, reason: "exact" },
  { cases: /^patch\.replace-129-dups$/, status: 200, reason: "quotaOfDifferentTags" },
  { cases: /^post\.129-with-dups$/, status: 201, reason: "quotaOfDifferentTags" },
  { cases: /^patch\.replace-emoji$/, status: 200, reason: "fourByte" },
  { cases: /^patch\.(replace-empty-string|empty-string-tag-then-plain)$/, status: 400, reason: "emptyTag" },
  { cases: /^post\.empty-string$/, status: 400, reason: "emptyTag" },
  { cases: /^post\.nul$/, status: 400, reason: "controlCharacter" },
  { cases: /^body\.delete\.(invalid-json|text)$/, status: 204, reason: "deleteBody" },
  { cases: /^body\.delete\.missing-image$/, status: 404, reason: "deleteBody" },
  { cases: /^body\.delete\.reader$/, status: 403, reason: "deleteBody" },
  { cases: /^body\.put\.(json|text|chunked|chunked-empty)$/, status: 204, reason: "putBody" },
  { cases: /^method\.tag\.(GET|HEAD)$/, status: 204, reason: "tagCollection" },
  { cases: /^route\.tags-collection\.(GET|HEAD)$/, status: 200, reason: "tagCollection" },
  { cases: /^route\.tags-collection\.PUT$/, status: 400, reason: "tagCollection" },
  { cases: /^route\.tags-collection\.DELETE$/, status: 204, reason: "tagCollection" },
  { cases: /^route\.tags-collection\.PATCH$/, status: 405, reason: "tagCollection" },
  { cases: /^method\.post-_method-json-body$/, status: 405, reason: "methodOverride" },
  { cases: /^method\.delete-_method-get$/, status: 204, reason: "methodOverride" },
  { cases: /^route\.double-slash-/, status: 404, reason: "oneAddress" },
  { cases: /^route\.absolute-form$/, status: 204, reason: "absoluteForm" },
  {
    cases: /^route\.(v3|V2|v02|v2\.00|image-v2-prefix|version\.v2\.17)$/,
    status: 404,
    reason: "unknownPath",
  },
  { cases: /^discovery\.(v1|unknown)$/, status: 404, reason: "unknownPath" },
  { cases: /^list\.tag-a(-twice)?$/, status: 200, reason: "exact", images: ["{list-ab}", "{list-a}"] },
  { cases: /^list\.tag-a-after-delete$/, status: 200, reason: "exact", images: ["{list-ab}"] },
  { cases: /^list\.tags-plural$/, status: 200, reason: "tagCollection", images: ["{list-ab}"] },
];

/** Replies that are compared with Glance's whole. In the others ids and times differ. */
const WHOLE = /^(discovery|schema|info|healthcheck)\./;

/**
 * The recorded reply as of a Glance that is set up as this server is: without import, and with one store and no
 * image cache. The store and the cache are as such a Glance 25.1 answered.
 */
function asSetUpLikeThis(record: CorpusRecord): CorpusRecord {
  if (record.name === "info.import") {
    const methods = { description: "Import methods available.", type: "array", value: [] };
    return { ...record, body: JSON.stringify({ "import-methods": methods }) };
  }
  if (record.name === "info.stores") {
    const { body: _, ...rest } = record;
    return { ...rest, status: 404, message: "404 Not Found\n\nMulti backend is not supported at this site." };
  }
  if (!record.name.startsWith("discovery.")) return record;
  const versions = versionList.safeParse(JSON.parse(record.body ?? "null"));
  if (!versions.success) return record;
  const served = versions.data.versions
    .filter(({ id }) => !/^v2\.(8|1[0-4]|16)$/.test(id))
    .map((version) => (version.id === "v2.15" ? { ...version, status: "CURRENT" } : version));
  return { ...record, body: JSON.stringify({ versions: served }) };
}

const versionList = z.object({
  versions: z.array(z.looseObject({ id: z.string(), status: z.string() })),
});

/**
 * This server says what is wrong where Glance says nothing in particular, shows its schema, or minds a body
 * that is ignored here.
 */
const WORDED_OTHERWISE =
  /^(The resource could not be found\.|Access was denied to this resource\.|Provided object|A body is not|Error decoding)/;

const errorReply = z.object({
  error: z.object({ code: z.number(), title: z.string(), message: z.string() }),
});

const imagePage = z.object({ images: z.array(z.object({ id: z.string() })) });

const WAYS = [
  { by: "static tokens", groups: GROUPS, replies: 713, start: () => startTestServer() },
  { by: "Keystone", groups: ["auth", "authz"], replies: 369, start: startKeystoneServer },
];

describe.each(WAYS)(
  "with callers known by $by, every recorded reply of Glance holds here, but for the differences that are meant",
  ({ groups, replies, start }) => {
    let server: TestServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    const records = corpus(groups).map((record) =>
      WHOLE.test(record.name) ? asSetUpLikeThis(record) : record,
    );

    it("the corpus is whole", () => {
      expect(records).toHaveLength(replies);
    });

    it.each(records.map((record) => [titleOf(record), record] as const))("%s", async (_, record) => {
      const meant = meantFor(record);
      const { reply, after, imageId, names } = await replay(server, record);

      expect(reply.status).toBe(meant?.status ?? record.status);
      expect(reply.headers["x-openstack-request-id"]).toMatch(/^[\w-]{1,64}$/);
      if (record.after !== undefined) {
        expect(after).toEqual(meant === undefined ? record.after : tagsMeant(record, meant.status));
      }
      if (record.images !== undefined) {
        const page: unknown = JSON.parse(reply.body);
        const listed = imagePage.parse(page).images.map(({ id }) => id);
        const meantImages = meant?.images ?? record.images;
        expect(listed.toSorted()).toEqual(meantImages.map((name) => withNames(name, names)).toSorted());
        // The whole page is compared: the names of fields, their values, and where the links lead.
        if (record.body !== undefined)
          expect(withoutTimes(page)).toEqual(JSON.parse(withNames(record.body, names)));
      }
      if (reply.status >= 400 && record.method !== "HEAD") {
        expect(reply.headers["content-type"]).toBe("application/json");
        const { error } = errorReply.parse(JSON.parse(reply.body));
        expect(error.code).toBe(reply.status);
        const glance = glanceMessage(record);
        if (meant === undefined && glance !== undefined && !WORDED_OTHERWISE.test(glance)) {
          expect(error.message).toBe(asSent(glance, imageId));
        }
      }
      if (reply.status === 401) expect(reply.headers["www-authenticate"]).toMatch(/^Keystone uri="http.+"$/);
      if (reply.status === 405) {
        const allowed = record.headers?.["allow"] ?? "PUT, DELETE";
        expect(reply.headers["allow"]?.split(", ")).toEqual(expect.arrayContaining(allowed.split(", ")));
      }
      if (reply.status < 400 && WHOLE.test(record.name)) {
        const type = record.headers?.["content-type"] ?? "none";
        expect(reply.headers["content-type"]?.toLowerCase()).toBe(type.toLowerCase());
        const body = (record.body ?? "").replaceAll("{base}", "http://127.0.0.1");
        if (type === "application/json") expect(JSON.parse(reply.body)).toEqual(JSON.parse(body));
        else expect(reply.body).toBe(body);
      }
    });
  },
);

it("no difference is listed that is none", () => {
  for (const { cases, status, images } of MEANT) {
    const found = corpus(GROUPS).filter(({ name }) => cases.test(name));
    expect(found, String(cases)).not.toHaveLength(0);
    for (const record of found) {
      const same =
        record.status === status &&
        isDeepStrictEqual(record.after ?? [], tagsMeant(record, status)) &&
        isDeepStrictEqual(record.images, images);
      expect(same, `${record.name} differs from Glance`).toBe(false);
    }
  }
});

/** A page as it was recorded, with the times of its images masked. */
function withoutTimes(page: unknown): unknown {
  const text = JSON.stringify(page).replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"{ts}"');
  return JSON.parse(text);
}

function titleOf(record: CorpusRecord): string {
  const meant = meantFor(record);
  return meant === undefined ? record.name : `${record.name}: differs (${DIFFERENCES[meant.reason].case})`;
}

function meantFor({ name }: CorpusRecord): Meant | undefined {
  return MEANT.find(({ cases }) => cases.test(name));
}

/** The tags that should be there after a request whose answer differs from Glance's. */
function tagsMeant(record: CorpusRecord, status: number): string[] {
  const tags = new Set(tagsBefore(record));
  if (status === 200 && record.method === "PATCH") return tagsInPatch(record);
  const tag = tagInPath(record.path) ?? "";
  if (status === 204 && record.path.endsWith("/tags")) tags.clear();
  else if (status === 204 && record.method === "DELETE") tags.delete(tag);
  else if (status === 204 && record.method === "PUT") tags.add(tag);
  return [...tags].toSorted();
}

function tagsInPatch(record: CorpusRecord): string[] {
  const operations = z.tuple([z.object({ value: z.array(z.string()) })]);
  return [...new Set(operations.parse(JSON.parse(wholeBody(record)))[0].value)].toSorted();
}

/** A message of Glance's for our image. Glance read the path as Latin-1, and repeats it so. */
function asSent(message: string, imageId: string): string {
  return (
    Buffer.from(message, "latin1")
      .toString("utf8")
      // Glance joins two sentences, which leaves a colon.
      .replace(/:$/, "")
      .replaceAll(/\{[\w-]+:nodash\}/g, imageId.replaceAll("-", ""))
      .replaceAll(/\{[\w-]+\}/g, imageId)
  );
}
