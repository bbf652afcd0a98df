// Who may remove a tag of whose image, with real tokens: the matrix of Glance with today's policies.
import assert from "node:assert/strict";
import { as, makeImage, tagsOf } from "./requests.ts";
import { startAsking, type Setting } from "./setting.ts";

const IMAGES = {
  private: { visibility: "private" },
  shared: { visibility: "shared" },
  "shared with beta": { visibility: "shared", member: true },
  community: { visibility: "community" },
  public: { visibility: "public" },
} as const;

/** The status of each caller's removal, by the image. */
const MATRIX: Record<string, Record<keyof typeof IMAGES, number>> = {
  "a member of the owning project": all(204),
  "a reader of the owning project": all(403),
  "one with no role that a policy names, of the owning project": all(404),
  "a member of another project": {
    private: 404,
    shared: 404,
    "shared with beta": 403,
    community: 403,
    public: 403,
  },
  "a reader of another project": {
    private: 404,
    shared: 404,
    "shared with beta": 403,
    community: 403,
    public: 403,
  },
  "an admin of another project": all(204),
  "an admin of the system": all(404),
};

function all(status: number) {
  return { private: status, shared: status, "shared with beta": status, community: status, public: status };
}

export async function authzChecks(setting: Setting) {
  const { checks, keystone } = setting;
  const { url } = await startAsking(setting);
  const user = (project: string, role: string) => keystone.user({ project, roles: [role] });
  const owner = await user("alpha", "member");
  const beta = await user("beta", "member");
  const callers = {
    "a member of the owning project": await owner.token(),
    "a reader of the owning project": await (await user("alpha", "reader")).token(),
    "one with no role that a policy names, of the owning project": await (
      await user("alpha", "observer")
    ).token(),
    "a member of another project": await beta.token(),
    "a reader of another project": await (await user("beta", "reader")).token(),
    "an admin of another project": await keystone.admin.token(),
    "an admin of the system": await keystone.systemToken(keystone.admin),
  };
  const admin = callers["an admin of another project"];

  for (const [caller, token] of Object.entries(callers)) {
    for (const [kind, status] of Object.entries(MATRIX[caller] ?? {})) {
      await checks.check(`${caller} who removes a tag of an image that is ${kind}: ${status}`, async () => {
        const { visibility, ...rest } = IMAGES[kind as keyof typeof IMAGES];
        const id = await makeImage(url, admin, { visibility, owner: owner.project.id, tags: ["t", "u"] });
        if ("member" in rest) {
          const made = await as(url, "POST", `/v2/images/${id}/members`, admin, { member: beta.project.id });
          assert.equal(made.status, 200);
        }
        const reply = await as(url, "DELETE", `/v2/images/${id}/tags/t`, token);
        assert.equal(reply.status, status);
        assert.deepEqual(await tagsOf(url, admin, id), status === 204 ? ["u"] : ["t", "u"]);
        if (status !== 204) return;
        const again = await as(url, "DELETE", `/v2/images/${id}/tags/t`, token);
        assert.equal(again.status, 404);
      });
    }
  }
}
