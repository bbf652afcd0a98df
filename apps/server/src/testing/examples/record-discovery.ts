import { EXAMPLE_IDS } from "./example-ids.ts";
import type { ExampleRecorder } from "./example-recorder.ts";

const image = { image_id: EXAMPLE_IDS.debian13 };
const path = { ...image, member_id: "beta" };
const stranger = { ...image, member_id: "gamma" };

/** Records how an image is shared. */
export async function recordMembers(recorder: ExampleRecorder): Promise<void> {
  const add = { path: image, body: { member: "beta" } };
  await recorder.done("imageMembers.add", "offered", "The project is a pending member", add);
  await recorder.refused("imageMembers.add", "already-member", add);
  await recorder.refused("imageMembers.add", "invalid-body", { path: image, body: { member: "" } });
  await recorder.done("imageMembers.list", "members", "Those that it is shared with", { path: image });
  await recorder.done("imageMembers.show", "member", "The member", { path });
  await recorder.refused("imageMembers.show", "no-such-member", { path: stranger });
  const accept = { path, body: { status: "accepted" } };
  await recorder.refused("imageMembers.setStatus", "forbidden", accept);
  const member = { as: "BETA_MEMBER" } as const;
  await recorder.done("imageMembers.setStatus", "accepted", "The image is in the member's list", {
    ...accept,
    ...member,
  });
  const maybe = { path, ...member, body: { status: "maybe" } };
  await recorder.refused("imageMembers.setStatus", "invalid-body", maybe);
  await recorder.refused("imageMembers.remove", "no-such-member", { path: stranger });
  await recorder.done("imageMembers.remove", "removed", "The image is not shared with it any more", { path });
}

/** Records what a server tells of itself. */
export async function recordDiscovery(recorder: ExampleRecorder): Promise<void> {
  const nobody = { as: "NOBODY" } as const;
  await recorder.done("schemas.image", "schema", "The fields of an image");
  await recorder.done("schemas.images", "schema", "The members of a list of images");
  await recorder.done("schemas.member", "schema", "The fields of a member");
  await recorder.done("schemas.members", "schema", "The members of a list of members");
  await recorder.done("info.import", "uploads-only", "Data comes by upload only");
  await recorder.refused("info.stores", "no-such-path");
  await recorder.done("info.usage", "no-limits", "Keystone knows no limits");
  await recorder.done("health.check", "well", "All is well", nobody);
  await recorder.done("health.check", "in-detail", "Each part is well", {
    ...nobody,
    query: { detailed: "true" },
  });
  await recorder.done("health.live", "live", "The process answers", nobody);
  await recorder.done("health.ready", "ready", "The server can do its work", nobody);
  await recorder.done("versions.choices", "versions", "The versions of the API", nobody);
  await recorder.done("versions.list", "versions", "The versions of the API", nobody);
}
