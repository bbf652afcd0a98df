// The same requests under the same policy files, each of which forbids something: the same statuses, and the same shown.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { ServerProcess, Settings } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { imageApi, type ImageApi } from "../lib/image-api.ts";
import type { Checks } from "../lib/checks.ts";
import { servedRules } from "../lib/served-rules.ts";

/** Who asks, by what they are, with their tokens. */
type Tokens = Readonly<
  Record<"member of the owner" | "reader of the owner" | "member of beta" | "admin", string>
>;

interface PolicySetting {
  readonly checks: Checks;
  readonly glance: { readonly url: string; readonly policyFile: string };
  /** Starts a server on Glance's database, with further settings. */
  readonly serve: (settings: Settings) => Promise<ServerProcess>;
  readonly tokens: Tokens;
  /** The id of project beta. */
  readonly beta: string;
}

const OWNERS_ALONE = "project_id:%(owner)s";

/** Policy files: each rule that is served here is refused to all, and those that filter to some. */
const POLICIES: readonly Readonly<Record<string, string>>[] = [
  {},
  { get_image: "!" },
  { get_images: "!" },
  { add_image: "!" },
  { modify_image: "!" },
  { delete_image: "!" },
  { publicize_image: "!" },
  { communitize_image: "!" },
  { upload_image: "!" },
  { download_image: "!" },
  { deactivate: "!", reactivate: "!" },
  { add_member: "!" },
  { get_members: "!" },
  { get_member: "!" },
  { modify_member: "!" },
  { delete_member: "!" },
  { get_image: OWNERS_ALONE },
  { get_image: "'public':%(visibility)s" },
  { get_image: "role:admin or not 'hidden':%(name)s" },
  { get_image: "role:admin or (role:member and 'yes':%(shown)s)" },
  { get_member: OWNERS_ALONE },
  { get_member: "role:admin" },
  { get_members: "role:admin" },
  { download_image: "role:admin or 'yes':%(shown)s" },
  { modify_image: "role:admin" },
  { get_image: "!", modify_image: "!" },
  { get_image: "!", download_image: "!", get_member: "!" },
  { get_image_location: "!" },
];

/** Holds this server to what Glance does under each policy file. Each has images of its own, with data of its own. */
export async function samePolicyChecks({
  checks,
  glance,
  serve,
  tokens,
  beta,
}: PolicySetting): Promise<void> {
  const defaults = await servedRules();
  using data = temporaryFolder("policies");
  const underRules = {
    IMAGETAGS_POLICY_FILE: glance.policyFile,
    IMAGETAGS_DATA_DIR: data.path,
    IMAGETAGS_WORKERS: "1",
  };
  const theirs = imagesOf(await makeImages(apisOf("Glance", glance.url, tokens), beta), "glance");
  const ours = await (async () => {
    await using server = await serve(underRules);
    return imagesOf(await makeImages(apisOf("the server", server.url, tokens), beta), "ours");
  })();
  for (const rules of POLICIES) {
    const policy = JSON.stringify(rules);
    await checks.check(`under the policy ${policy} as Glance does`, async () => {
      // Glance keeps a rule that is gone from the file, so each names them all.
      writeFileSync(glance.policyFile, JSON.stringify({ ...defaults, ...rules }));
      await using server = await serve(underRules);
      const seen: Record<"glance" | "ours", string[]> = { glance: [], ours: [] };
      for (const [who, token] of Object.entries(tokens)) {
        for (const [images, api] of [
          [theirs, imageApi("Glance", glance.url, token)],
          [ours, imageApi("the server", server.url, token)],
        ] as const) {
          const lines = [...(await looks(api, images.ids, beta)), ...(await changes(api, images.ids, beta))];
          seen[images.side].push(...lines.map((line) => `${who}: ${line}`));
        }
      }
      assert.deepEqual(seen.ours, seen.glance);
    });
  }
  writeFileSync(glance.policyFile, JSON.stringify(defaults));
}

type Ids = Readonly<Record<string, string>>;

/** The images of one of the two servers, by their names. */
interface Images {
  readonly side: "glance" | "ours";
  readonly ids: Ids;
}

function imagesOf(ids: Ids, side: Images["side"]): Images {
  return { side, ids };
}

function apisOf(name: string, url: string, tokens: Tokens): Record<"owner" | "admin", ImageApi> {
  return {
    owner: imageApi(name, url, tokens["member of the owner"]),
    admin: imageApi(name, url, tokens.admin),
  };
}

/** Images of every visibility, each with data. */
async function makeImages({ owner, admin }: Record<"owner" | "admin", ImageApi>, beta: string): Promise<Ids> {
  const ids: Record<string, string> = {};
  const formats = { disk_format: "raw", container_format: "bare" };
  for (const [name, visibility, more] of [
    ["plain", "private", {}],
    ["hidden", "private", {}],
    ["shared", "shared", { shown: "yes" }],
    ["community", "community", { shown: "yes" }],
    ["public", "public", {}],
  ] as const) {
    const api = visibility === "public" ? admin : owner;
    const id = await api.create({ name, visibility, tags: ["a"], ...formats, ...more });
    await api.send("PUT", `/v2/images/${id}/file`, "data", "application/octet-stream");
    ids[name] = id;
  }
  await owner.send("POST", `/v2/images/${ids["shared"]}/members`, { member: beta });
  return ids;
}

/** What a caller is shown, a line for each request. Only a Glance of several stores says which hold an image. */
async function looks(api: ImageApi, images: Ids, beta: string): Promise<string[]> {
  const lines: string[] = [];
  const names = new Map(Object.entries(images).map(([name, id]) => [id, name]));
  for (const query of ["", "&visibility=community", "&visibility=shared&member_status=all", "&tag=a"]) {
    const { status, body } = await api.send("GET", `/v2/images?limit=1000${query}`);
    const shown: { id: string }[] = body?.images ?? [];
    lines.push(`list ${query}: ${status} ${sorted(shown.flatMap(({ id }) => names.get(id) ?? []))}`);
  }
  for (const [name, id] of Object.entries(images)) {
    const image = await api.send("GET", `/v2/images/${id}`);
    lines.push(
      `${name}: ${image.status} ${image.status === 200 ? sorted(Object.keys(image.body).filter((key) => key !== "stores")) : ""}`,
    );
    const data = await api.send("GET", `/v2/images/${id}/file`);
    lines.push(`data of ${name}: ${data.status}`);
    const list = await api.send("GET", `/v2/images/${id}/members`);
    const members: { member_id: string }[] = list.body?.members ?? [];
    lines.push(`members of ${name}: ${list.status} ${sorted(members.map(({ member_id }) => member_id))}`);
    lines.push(`member of ${name}: ${(await api.send("GET", `/v2/images/${id}/members/${beta}`)).status}`);
  }
  return lines;
}

/** What a caller can change, a line for each request. What is done is undone, or done to what is made for it. */
async function changes(api: ImageApi, ids: Ids, beta: string): Promise<string[]> {
  const lines: string[] = [];
  const ask = async (what: string, ...asked: Parameters<ImageApi["send"]>) => {
    const reply = await api.send(...asked);
    lines.push(`${what}: ${reply.status}`);
    return reply;
  };
  for (const [name, id] of Object.entries(ids)) {
    const path = `/v2/images/${id}`;
    const patch = (key: string, value: unknown) =>
      ask(
        `${key} of ${name}`,
        "PATCH",
        path,
        [{ op: "replace", path: `/${key}`, value }],
        "application/openstack-images-v2.1-json-patch",
      );
    await ask(`tag on ${name}`, "PUT", `${path}/tags/x`);
    await ask(`tag off ${name}`, "DELETE", `${path}/tags/x`);
    await patch("name", name);
    await ask(`deactivate ${name}`, "POST", `${path}/actions/deactivate`);
    await ask(`reactivate ${name}`, "POST", `${path}/actions/reactivate`);
    await ask(`share ${name}`, "POST", `${path}/members`, { member: "gamma" });
    await ask(`accept ${name}`, "PUT", `${path}/members/${beta}`, { status: "accepted" });
    await ask(`end sharing ${name}`, "DELETE", `${path}/members/gamma`);
  }
  for (const visibility of ["private", "shared", "community", "public"]) {
    const made = await ask(`make ${visibility}`, "POST", "/v2/images", {
      visibility,
      disk_format: "raw",
      container_format: "bare",
    });
    if (made.status !== 201) continue;
    const path = `/v2/images/${made.body.id}`;
    await ask(`upload ${visibility}`, "PUT", `${path}/file`, "data", "application/octet-stream");
    await ask(`delete ${visibility}`, "DELETE", path);
  }
  return lines;
}

function sorted(names: readonly string[]): string {
  return names.toSorted().join(" ");
}
