import { z } from "zod";
import { jsonOf } from "../raw-request.ts";
import { EXAMPLE_IDS, TOO_LONG } from "./example-ids.ts";
import type { ExampleRecorder } from "./example-recorder.ts";

const { debian12, debian13, absent } = EXAMPLE_IDS;
const events = z.object({ tag_events: z.array(z.object({ id: z.string() })).min(1) });
const madeRule = z.object({ id: z.string() });

/** Records the routes about tags across images, and their history. */
export async function recordCloudTags(recorder: ExampleRecorder): Promise<void> {
  await recorder.done("cloudTags.list", "first-page", "The first page", { query: { limit: "2" } });
  await recorder.refused("cloudTags.list", "invalid-query", { query: { limit: "-1" } });

  const path = { tag: "miracle" };
  const move = { path, body: { to: debian13 } };
  const from = { path, body: { to: debian13, from: debian12 } };
  await recorder.refused("cloudTags.move", "invalid-tag", { ...move, path: { tag: TOO_LONG } });
  await recorder.refused("cloudTags.move", "invalid-body", { path, body: {} });
  await recorder.refused("cloudTags.move", "no-such-tag", { ...move, path: { tag: "absent" } });
  await recorder.refused("cloudTags.move", "tag-on-others", { path, body: { to: debian12, from: debian13 } });
  await recorder.done("cloudTags.move", "moved", "The image alone bears the tag now", move);
  await recorder.refused("cloudTags.move", "tag-not-on-source", from);
  const absentImage = { path, body: { to: absent } };
  await recorder.refused("cloudTags.move", "no-such-image", absentImage);

  await recordEvents(recorder);
  await recordPlans(recorder);
  await recordRules(recorder);
}

async function recordEvents(recorder: ExampleRecorder): Promise<void> {
  await recorder.done("tagEvents.list", "newest", "The newest events", { query: { limit: "2" } });
  await recorder.refused("tagEvents.list", "invalid-query", { query: { limit: "many" } });
  const image = { image_id: debian12 };
  const history = await recorder.done("tagEvents.listOfImage", "newest", "The newest event of an image", {
    path: image,
    query: { limit: "1" },
  });
  await recorder.refused("tagEvents.listOfImage", "no-such-image", { path: { image_id: absent } });
  const undo = { path: { event_id: events.parse(jsonOf(history)).tag_events[0]?.id ?? "" } };
  await recorder.done("tagEvents.undo", "undone", "The image bears the tag that was taken from it", undo);
  await recorder.refused("tagEvents.undo", "tag-changed-since", undo);
  await recorder.refused("tagEvents.undo", "no-such-tag-event", { path: { event_id: absent } });
  await recorder.done("tagEvents.schema", "schema", "The fields of an event");
  await recorder.done("tagEvents.listSchema", "schema", "The members of a list of events");
}

async function recordPlans(recorder: ExampleRecorder): Promise<void> {
  const change = { remove: ["production"], add: ["retired"], where: { tag: "production" } };
  const dry = { body: { ...change, dry_run: true } };
  const planned = await recorder.done("tagActions.run", "plan", "What would be done", dry);
  await recorder.refused("tagActions.run", "precondition-required", { body: change });
  const stale = { body: change, headers: { "If-Match": `"${"0".repeat(43)}"` } };
  await recorder.refused("tagActions.run", "plan-changed", stale);
  await recorder.refused("tagActions.run", "invalid-body", { body: { where: {} } });
  const agreed = { body: change, headers: { "If-Match": planned.headers["etag"] ?? "" } };
  await recorder.done("tagActions.run", "carried-out", "The plan is carried out", agreed);
}

async function recordRules(recorder: ExampleRecorder): Promise<void> {
  const body = { pattern: "release-*", forbid: ["remove", "move"], unless_role: "manager" };
  const manager = { as: "ALPHA_MANAGER" } as const;
  const made = await recorder.done(
    "tagRules.create",
    "kept-tags",
    "Tags that only managers may remove or move",
    {
      ...manager,
      body,
    },
  );
  await recorder.refused("tagRules.create", "tag-rule-exists", { ...manager, body });
  await recorder.refused("tagRules.create", "forbidden", { as: "ALPHA_READER", body });
  await recorder.refused("tagRules.create", "invalid-body", { ...manager, body: { ...body, forbid: [] } });
  const path = { rule_id: madeRule.parse(jsonOf(made)).id };
  await recorder.done("tagRules.list", "rules", "The rules for the caller's project");
  await recorder.done("tagRules.show", "rule", "The rule", { path });
  await recorder.refused("tagRules.show", "no-such-tag-rule", { path: { rule_id: absent } });

  const kept = { path: { image_id: debian12, tag: "release-1" } };
  await recorder.done("imageTags.add", "added-under-rule", "A tag that a rule is about may be added", kept);
  await recorder.refused("imageTags.delete", "protected-tag", kept);
  await recorder.refused("tagRules.delete", "forbidden", { as: "ALPHA_READER", path });
  await recorder.done("tagRules.delete", "deleted", "The rule holds no more", { ...manager, path });
  await recorder.refused("tagRules.delete", "no-such-tag-rule", { ...manager, path });
}
