import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { times } from "@imagetags/testing/test-matrix";
import { VISIBILITIES, type MemberStatus, type Visibility } from "@imagetags/contract";
import { expect, test } from "vitest";
import { z } from "zod";
import type { ImageStore, Permit } from "../images/model/image-store.ts";
import { describeOnDatabases } from "../testing/database-kinds.ts";
import {
  CALLERS,
  startTestServer,
  tokenOf,
  type CallerName,
  type TestServer,
} from "../testing/test-server.ts";

/** One of so many combinations is tried: a prime, so that each value of each comes up. */
const ONE_OF = times(1, 13);
/** The callers that ask at once. */
const AT_ONCE = 12;

/** What decides about access to an image of project alpha. */
interface Case {
  readonly visibility: Visibility;
  readonly isProtected: boolean;
  /** What became of the offer to share it with project beta. */
  readonly membership: MemberStatus | "none";
  readonly caller: CallerName | "NOBODY";
}

/** What the rules allow a caller on an image. Source: docs/policy.md, and the defaults that it prints. */
interface Rights {
  /** Whether the image is shown to the caller, whatever the rules say. */
  readonly shown: boolean;
  /** `get_image`. */
  readonly sees: boolean;
  readonly isMember: boolean;
  readonly isAdmin: boolean;
  /** Whether the caller has the role `member`. */
  readonly isActor: boolean;
  /** Whether the caller may change the image, as the owner's members and administrators may. */
  readonly owns: boolean;
}

function rightsOf({ visibility, membership }: Case, caller: CallerName): Rights {
  const { project_id: project, roles } = CALLERS[caller];
  const has = (role: string): boolean => roles.some((one) => one === role);
  const isAdmin = has("admin");
  const isActor = isAdmin || has("manager") || has("member");
  const isReader = isActor || has("reader");
  const isMember = project === "beta" && membership !== "none";
  const shown =
    isAdmin ||
    project === "alpha" ||
    visibility === "public" ||
    visibility === "community" ||
    (visibility === "shared" && isMember);
  return {
    shown,
    sees: isAdmin || (shown && isReader),
    isMember: isMember && visibility === "shared",
    isAdmin,
    isActor,
    owns: isAdmin || (isActor && project === "alpha"),
  };
}

interface Asked {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly expected: (rights: Rights, image: Case) => number;
}

const PATCH = "application/openstack-images-v2.1-json-patch";
const replace = (path: string, value: unknown) => [{ op: "replace", path, value }];
/** An image that the caller may not see does not exist for the caller. */
const seen =
  (answer: (rights: Rights, image: Case) => number): Asked["expected"] =>
  (rights, image) =>
    rights.sees ? answer(rights, image) : 404;
const changed = (status: number) => seen(({ owns }) => (owns ? status : 403));
/** Only a shared image has members. Otherwise the list of them is a 403, and a member by its name is a 404. */
const shared = (answer: (rights: Rights, image: Case) => number, unshared = 403): Asked["expected"] =>
  function told(rights, image) {
    if (!rights.shown) return 404;
    if (image.visibility !== "shared") return unshared;
    return rights.sees ? answer(rights, image) : 404;
  };
/** A caller is told whether a member may be changed only when the member is there. */
const ofBeta = (answer: (rights: Rights) => number) =>
  shared((rights, { membership }) => (membership === "none" ? 404 : answer(rights)));

/** The requests about an image. None of them changes what is expected of a later one. */
const REQUESTS: readonly Asked[] = [
  { name: "show", method: "GET", path: "", expected: seen(() => 200) },
  { name: "head", method: "HEAD", path: "", expected: seen(() => 200) },
  { name: "list its tags", method: "GET", path: "/tags", expected: seen(() => 200) },
  { name: "check a tag", method: "GET", path: "/tags/a", expected: seen(() => 204) },
  { name: "check no tag", method: "GET", path: "/tags/absent", expected: seen(() => 404) },
  {
    name: "download",
    method: "GET",
    path: "/file",
    expected: seen(({ isActor }) => (isActor ? 204 : 403)),
  },
  { name: "list members", method: "GET", path: "/members", expected: shared(() => 200) },
  {
    name: "show a member",
    method: "GET",
    path: "/members/beta",
    expected: shared((_, { membership }) => (membership === "none" ? 404 : 200), 404),
  },
  { name: "show no member", method: "GET", path: "/members/gamma", expected: shared(() => 404, 404) },
  { name: "add a tag", method: "PUT", path: "/tags/new", expected: changed(204) },
  { name: "add it again", method: "PUT", path: "/tags/new", expected: changed(204) },
  { name: "remove a tag", method: "DELETE", path: "/tags/b", expected: changed(204) },
  { name: "remove no tag", method: "DELETE", path: "/tags/absent", expected: changed(404) },
  { name: "replace the tags", method: "PUT", path: "/tags", body: { tags: ["a"] }, expected: changed(200) },
  { name: "clear the tags", method: "DELETE", path: "/tags", expected: changed(204) },
  {
    name: "rename",
    method: "PATCH",
    path: "",
    body: replace("/name", "renamed"),
    type: PATCH,
    expected: changed(200),
  },
  {
    name: "patch the tags",
    method: "PATCH",
    path: "",
    body: replace("/tags", ["c"]),
    type: PATCH,
    expected: changed(200),
  },
  {
    name: "give away",
    method: "PATCH",
    path: "",
    body: replace("/owner", "alpha"),
    type: PATCH,
    expected: seen(({ isAdmin }) => (isAdmin ? 200 : 403)),
  },
  {
    name: "upload",
    method: "PUT",
    path: "/file",
    body: "data",
    type: "application/octet-stream",
    expected: changed(204),
  },
  {
    name: "set a member's status",
    method: "PUT",
    path: "/members/beta",
    body: { status: "rejected" },
    expected: ofBeta(({ isAdmin, isMember, isActor }) => (isAdmin || (isMember && isActor) ? 200 : 403)),
  },
  {
    name: "set no member's status",
    method: "PUT",
    path: "/members/delta",
    body: { status: "rejected" },
    expected: shared(() => 404),
  },
  {
    name: "add a member",
    method: "POST",
    path: "/members",
    body: { member: "gamma" },
    expected: shared(({ owns }) => (owns ? 200 : 403)),
  },
  {
    name: "remove a member",
    method: "DELETE",
    path: "/members/beta",
    expected: ofBeta(({ owns }) => (owns ? 204 : 403)),
  },
  { name: "remove no member", method: "DELETE", path: "/members/delta", expected: shared(() => 404) },
  {
    name: "make it public",
    method: "PATCH",
    path: "",
    body: replace("/visibility", "public"),
    type: PATCH,
    expected: seen(({ isAdmin }) => (isAdmin ? 200 : 403)),
  },
  {
    name: "make it a community image",
    method: "PATCH",
    path: "",
    body: replace("/visibility", "community"),
    type: PATCH,
    expected: changed(200),
  },
  {
    name: "delete",
    method: "DELETE",
    path: "",
    expected: seen(({ owns }, { isProtected }) => (owns && !isProtected ? 204 : 403)),
  },
];

/**
 * Whether an image is in the caller's list. Another project's community image is there only when it is asked
 * for by its visibility. Source: Glance api-ref, "List images".
 */
function isListed({ visibility, membership, caller }: Case, { sees, isAdmin }: Rights): boolean {
  const ours = caller.startsWith("ALPHA");
  if (visibility === "community") return sees && ours;
  if (!sees || isAdmin || ours || visibility === "public") return sees;
  return visibility === "shared" && membership === "accepted" && caller.startsWith("BETA");
}

const CASES: readonly Case[] = VISIBILITIES.flatMap((visibility) =>
  [false, true].flatMap((isProtected) =>
    (["none", "pending", "accepted", "rejected"] as const).flatMap((membership) =>
      ([...Object.keys(CALLERS), "NOBODY"] as (CallerName | "NOBODY")[]).map((caller) => ({
        visibility,
        isProtected,
        membership,
        caller,
      })),
    ),
  ),
).filter((_, index) => index % ONE_OF === 0);

describeOnDatabases("whoever asks for whatever of whichever image, it is as the policy says, on", (kind) => {
  test(`${CASES.length} cases of ${REQUESTS.length + 1} requests`, { timeout: 120_000 }, async () => {
    await using database = await kind.open();
    await using server = await startTestServer({ env: { IMAGETAGS_DATABASE_URL: database.url } });
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const wrong: string[] = [];
    let asked = 0;
    const waiting = CASES.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const one of waiting) {
          const image = await makeCase(database.store, one);
          for await (const { name, status, expected } of answers(server, agent, one, image)) {
            asked += 1;
            if (status !== expected) {
              wrong.push(`${JSON.stringify(one)}: ${name} is ${expected}, and was ${status}`);
            }
          }
        }
      }),
    );
    agent.destroy();
    expect(wrong).toEqual([]);
    expect(asked).toBe(CASES.length * (REQUESTS.length + 1));
  });
});

async function* answers(server: TestServer, agent: Agent, one: Case, image: string) {
  const rights = one.caller === "NOBODY" ? undefined : rightsOf(one, one.caller);
  const list = await send(server, agent, one.caller, "GET", `/v2/images?id=${image}`);
  const ids = list.status === 200 ? imageList.parse(JSON.parse(list.body)).images.map(({ id }) => id) : [];
  yield {
    name: "list",
    status: `${list.status} ${ids.join(",")}`,
    expected:
      rights === undefined
        ? "401 "
        : one.caller === "ALPHA_OBSERVER"
          ? "403 "
          : `200 ${isListed(one, rights) ? image : ""}`,
  };
  for (const { name, method, path, body, type, expected } of REQUESTS) {
    const target = `/v2/images/${image}${path}`;
    const { status } = await send(server, agent, one.caller, method, target, body, type);
    yield { name, status, expected: rights === undefined ? 401 : expected(rights, one) };
  }
}

const imageList = z.object({ images: z.array(z.object({ id: z.string() })) });

/** Sends over kept connections: thousands of new ones would take longer than all else. */
function send(
  { port }: TestServer,
  agent: Agent,
  caller: Case["caller"],
  method: string,
  path: string,
  body?: unknown,
  type = "application/json",
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, agent, method, path }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (part) => (text += String(part)));
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, body: text }));
      reply.on("error", reject);
    });
    if (caller !== "NOBODY") sent.setHeader("X-Auth-Token", tokenOf(caller));
    if (body !== undefined) sent.setHeader("Content-Type", type);
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
  });
}

const anybody: Permit = () => undefined;

async function makeCase(store: ImageStore, { visibility, isProtected, membership }: Case): Promise<string> {
  const id = randomUUID();
  await store.createImage({
    id,
    name: null,
    status: "queued",
    visibility,
    owner: "alpha",
    protected: isProtected,
    osHidden: false,
    size: null,
    virtualSize: null,
    diskFormat: "raw",
    containerFormat: "bare",
    checksum: null,
    osHashAlgo: null,
    osHashValue: null,
    minDisk: 0,
    minRam: 0,
    tags: ["a", "b"],
    properties: new Map(),
  });
  if (membership === "none") return id;
  const key = { imageId: id, projectId: null };
  await store.addMember(key, "beta", 128, anybody);
  if (membership !== "pending") {
    await store.setMemberStatus(key, "beta", membership, { image: anybody, member: anybody });
  }
  return id;
}
