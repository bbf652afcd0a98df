import { ERROR_REASONS, MOST_PLANNED_IMAGES, type PlannedImage } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { RefusedError } from "../errors/refusal-errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { runTagAction, type TagActionBody } from "./run-tag-action.ts";

/**
 * What is to become of the tags of many images: on each image that `where` finds, the tags of `remove` go and those of `add`
 * come. `where` has the filters of a list of images; `{}` is all that such a list has.
 *
 * @example
 * const change: ManyTags = { remove: ["prod"], add: ["production"], where: { tag: ["prod"], owner: "d32e…" } };
 */
export interface ManyTags {
  readonly remove?: readonly string[] | undefined;
  readonly add?: readonly string[] | undefined;
  readonly where: TagActionBody["where"];
}

/**
 * What {@link planTags} takes besides the change.
 *
 * @example
 * const options: PlanTagsOptions = { withHidden: true, signal: AbortSignal.timeout(60_000) };
 */
export interface PlanTagsOptions extends HelperOptions {
  /** Hidden images too, after the others, unless `where` says which of them it wants. */
  readonly withHidden?: boolean;
  /** Called after each part, with how many images were found so far. */
  readonly onFound?: (found: number) => void;
}

/**
 * What {@link carryOutPlan} takes besides the plan.
 *
 * @example
 * const options: CarryOutOptions = { onChanged: () => console.error("Something else would be done by now.") };
 */
export interface CarryOutOptions extends HelperOptions {
  /** Told of a part of the plan that is not what would be done by now: images or their tags were changed meanwhile. */
  readonly onChanged?: (part: TagPlanPart) => void;
}

/**
 * A part of a plan: up to a thousand images, which are changed in one transaction.
 *
 * @example
 * const refused = ({ images }: TagPlanPart) => images.filter((image) => image.refused !== undefined);
 */
export interface TagPlanPart {
  /** What finds these images. */
  readonly asked: TagActionBody;
  /** The hash by which it is carried out. */
  readonly plan: string;
  readonly images: readonly PlannedImage[];
}

/**
 * What would be done to which image, and what is refused and why. `requestId` is what its events will have, by which `undo`
 * takes all of it back.
 *
 * @example
 * const count = ({ parts }: TagPlans) => parts.reduce((sum, { images }) => sum + images.length, 0);
 */
export interface TagPlans {
  readonly parts: readonly TagPlanPart[];
  readonly requestId: string;
}

/**
 * What became of one image of a plan, and which tags it lost and gained. `alreadySo`: nothing was to be done by now. Somebody
 * else did it meanwhile, or the image is gone or no longer one that `where` finds.
 *
 * @example
 * const show = ({ name, remove, ...result }: PlanOutcome) =>
 *   console.log(name, remove, result.outcome === "failed" ? result.error.message : result.outcome);
 */
export type PlanOutcome = {
  /** As the plan has it. */
  readonly planned: PlannedImage;
  readonly imageId: string;
  readonly name: string | null;
  readonly remove: readonly string[];
  readonly add: readonly string[];
} & ({ readonly outcome: "done" | "alreadySo" } | { readonly outcome: "failed"; readonly error: Error });

/**
 * Asks what a change would do to which image; nothing is changed. {@link carryOutPlan} does it.
 *
 * @throws {NoTagPlansError} when the server knows no plans, as a plain Glance
 * @throws {RefusedError} when the server refuses
 *
 * @example
 * const plan = await planTags(client, { remove: ["old"], where: { owner } });
 * for (const { images } of plan.parts) for (const { name, remove, refused } of images) console.log(name, remove, refused?.message);
 */
export async function planTags(
  client: Client,
  { remove = [], add = [], where }: ManyTags,
  { withHidden = false, onFound, signal }: PlanTagsOptions = {},
): Promise<TagPlans> {
  const parts: TagPlanPart[] = [];
  let found = 0;
  const lists =
    withHidden && where.os_hidden === undefined ? [where, { ...where, os_hidden: true }] : [where];
  for (const list of lists) {
    let marker: string | undefined;
    do {
      const asked = {
        remove: [...remove],
        add: [...add],
        where: list,
        ...(marker === undefined ? {} : { marker }),
      };
      const { plan, images, next } = await runTagAction(client, asked, { signal });
      if (images.length > 0) parts.push({ asked, plan, images });
      found += images.length;
      onFound?.(found);
      marker = next === marker ? undefined : next;
    } while (marker !== undefined);
  }
  return { parts, requestId: newRequestId() };
}

/**
 * Does what was planned, part by part, each in one transaction, and gives what became of each image. Where the images or
 * their tags were changed since the plan was made, no image is touched that is not in it. A failure is one image's own, or
 * that of all images of a part: the others go on. When the signal is aborted, the part under way is finished and given, and
 * then the signal's reason is thrown.
 *
 * @example
 * const plan = await planTags(client, { remove: ["old"], where: {} });
 * for await (const { imageId, outcome } of carryOutPlan(client, plan)) console.log(imageId, outcome);
 */
export async function* carryOutPlan(
  client: Client,
  { parts, requestId }: TagPlans,
  { signal, onChanged }: CarryOutOptions = {},
): AsyncGenerator<PlanOutcome, void, undefined> {
  for (const part of parts) {
    signal?.throwIfAborted();
    yield* outcomesOf(client, part, { requestId, onChanged });
  }
}

interface PartOptions {
  readonly onChanged: CarryOutOptions["onChanged"] | undefined;
  readonly requestId: string;
}

async function* outcomesOf(
  client: Client,
  part: TagPlanPart,
  options: PartOptions,
): AsyncGenerator<PlanOutcome, void, undefined> {
  let done: ReadonlyMap<string, PlannedImage>;
  try {
    done = new Map((await carryOutPart(client, part, options)).map((image) => [image.id, image]));
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error("The change failed.", { cause });
    for (const planned of part.images) {
      const { id: imageId, name, remove, add } = planned;
      yield { planned, imageId, name, remove, add, outcome: "failed", error };
    }
    return;
  }
  for (const image of part.images) yield outcomeOf(image, done.get(image.id));
}

/** The images as they were told of when they were changed. */
async function carryOutPart(
  client: Client,
  part: TagPlanPart,
  { requestId, onChanged }: PartOptions,
): Promise<readonly PlannedImage[]> {
  const { asked, plan, images } = part;
  const agreed = images.filter(({ refused }) => refused === undefined);
  if (agreed.length === 0) return [];
  try {
    return (await runTagAction(client, asked, { plan, requestId })).images;
  } catch (error) {
    if (!(error instanceof RefusedError) || !isOutdated(error)) throw error;
  }
  onChanged?.(part);
  // What was agreed to is still what is wanted of those images, whatever became of others.
  const { marker: _, ...rest } = asked;
  const id = `in:${agreed.map((image) => `"${image.id}"`).join(",")}`;
  const narrowed = { ...rest, where: { ...rest.where, id }, limit: MOST_PLANNED_IMAGES };
  return (await runTagAction(client, narrowed, { plan: "*", requestId })).images;
}

/** Whether the plan is not what is to be done by now, or the image that it goes on after is gone. */
function isOutdated({ reason }: RefusedError): boolean {
  return reason === "plan-changed" || reason === "no-such-marker";
}

function outcomeOf(planned: PlannedImage, done: PlannedImage | undefined): PlanOutcome {
  const { id: imageId, name, remove, add, refused } = done ?? planned;
  const told = { planned, imageId, name, remove, add };
  if (refused !== undefined) return { ...told, outcome: "failed", error: refusalOf(refused) };
  return { ...told, outcome: done === undefined ? "alreadySo" : "done" };
}

/** Why nothing is done to an image, as the error that a single change would meet. */
export function refusalOf({ reason, message }: NonNullable<PlannedImage["refused"]>): RefusedError {
  const { status } = ERROR_REASONS[reason];
  return new RefusedError({ status, errorCode: status, reason, message, requestId: undefined });
}

/** An id that a server takes over. `crypto.randomUUID` is not there on every page. */
function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `req-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
