/** What one caller asks of one image. */
export type Operation = (
  | { readonly kind: "create"; readonly tags: readonly string[] }
  | { readonly kind: "remove" | "add" | "check" | "find"; readonly tag: string }
  | { readonly kind: "replace" | "patch"; readonly tags: readonly string[] }
  | { readonly kind: "clear" | "show" | "list" | "delete" }
) & {
  /** The tags that `If-Match` asks for. */
  readonly expected?: readonly string[];
};

/** What is answered. Tags are told as {@link tagsText} writes them. */
export type Outcome =
  | "done"
  | "id-taken"
  | "no-image"
  | "no-tag"
  | "over-quota"
  | "not-as-expected"
  | "not-listed"
  | TagsText;

/** An image: there was none yet, it bears these tags, or it is deleted for good. */
export type ImageState = "none" | "deleted" | TagsText;

type TagsText = `tags ${string}`;

/** Tags in one spelling, whatever their order. */
export function tagsText(tags: Iterable<string>): TagsText {
  return `tags ${JSON.stringify([...new Set(tags)].toSorted())}`;
}

function tagsOf(state: TagsText): Set<string> {
  return new Set(JSON.parse(state.slice("tags ".length)));
}

/**
 * What an image does when it is asked one thing at a time: the specification that every history is
 * held to. A negative quota is none.
 */
export function perform(state: ImageState, operation: Operation, quota: number): [Outcome, ImageState] {
  const { kind, expected } = operation;
  if (kind === "create") return state === "none" ? ["done", tagsText(operation.tags)] : ["id-taken", state];
  if (state === "none" || state === "deleted") return [kind === "find" ? "not-listed" : "no-image", state];
  if (expected !== undefined && tagsText(expected) !== state) return ["not-as-expected", state];
  const tags = tagsOf(state);
  const isTooMany = (count: number): boolean => quota >= 0 && count > quota;
  switch (kind) {
    case "remove":
      return tags.delete(operation.tag) ? ["done", tagsText(tags)] : ["no-tag", state];
    case "add":
      if (tags.has(operation.tag)) return ["done", state];
      return isTooMany(tags.size + 1) ? ["over-quota", state] : ["done", tagsText([...tags, operation.tag])];
    case "replace":
    case "patch": {
      const wanted = tagsText(operation.tags);
      return isTooMany(tagsOf(wanted).size) ? ["over-quota", state] : [wanted, wanted];
    }
    case "clear":
      return ["done", tagsText([])];
    case "delete":
      return ["done", "deleted"];
    case "check":
      return [tags.has(operation.tag) ? "done" : "no-tag", state];
    case "find":
      return [tags.has(operation.tag) ? state : "not-listed", state];
    case "show":
    case "list":
      return [state, state];
  }
}

const READS: readonly string[] = ["show", "list", "check", "find"];
const REFUSALS: readonly string[] = ["id-taken", "no-image", "no-tag", "over-quota", "not-as-expected"];

/** Whether an operation that is answered so leaves the image as it was, whatever that was. */
export function changesNothing({ kind }: Operation, outcome: Outcome | "unknown"): boolean {
  return READS.includes(kind) || REFUSALS.includes(outcome);
}
