import type { PatchDraft } from "../http/wire/image-changes.ts";
import { BadRequest } from "../http/bad-request.ts";
import { parseJson } from "../http/wire/json-body.ts";

/** A patch of an image in two. */
export interface SplitPatch {
  /** The operations on the tags, in the newer form. */
  readonly tags: readonly unknown[];
  /** The other operations as they were written, as a JSON document. `undefined`: there are none. */
  readonly others: Buffer | undefined;
}

const OPERATIONS = ["add", "replace", "remove"] as const;

/**
 * Reads a patch by Glance's rules, and finds the operations that Glance would do on the tags. Throws a {@link
 * BadRequest} where that cannot be told for certain. Source: Glance, glance/api/v2/images.py,
 * `RequestDeserializer.update`.
 */
export function splitPatch(bytes: Buffer, draft: PatchDraft): SplitPatch {
  const { text, value } = parseJson(bytes);
  if (!Array.isArray(value)) throw invalid("The body must be a JSON array of operations.");
  const operations: readonly unknown[] = value;
  const written = itemsOf(text);
  const tags: unknown[] = [];
  const others: string[] = [];
  for (const [index, operation] of operations.entries()) {
    const { op, path, members } = read(operation, draft);
    if (isTags(path)) tags.push({ ...("value" in members ? { value: members["value"] } : {}), op, path });
    else others.push(written[index] ?? "");
  }
  // Glance answers an empty patch.
  const isForGlance = others.length > 0 || operations.length === 0;
  return { tags, others: isForGlance ? Buffer.from(`[${others.join(",")}]`) : undefined };
}

function read(operation: unknown, draft: PatchDraft) {
  if (typeof operation !== "object" || operation === null || Array.isArray(operation)) {
    throw invalid("Operations must be objects.");
  }
  const members: Readonly<Record<string, unknown>> = { ...operation };
  const [op, path] = draft === "v2.1" ? [members["op"], members["path"]] : readOld(members);
  if (!OPERATIONS.some((one) => one === op)) {
    throw invalid(`An operation must be one of: ${OPERATIONS.join(", ")}.`);
  }
  if (typeof path !== "string") throw invalid("An operation must have a path, which is text.");
  return { op, path, members };
}

/** Reads an operation of the older media type. The member with the path names it, and no other members are known. */
function readOld(members: Readonly<Record<string, unknown>>): readonly [string, unknown] {
  const [only, ...more] = OPERATIONS.filter((one) => Object.hasOwn(members, one));
  if (only === undefined || more.length > 0) {
    throw invalid('Operations must have exactly one member named "add", "remove" or "replace".');
  }
  return [only, members[only]];
}

/**
 * Whether Glance finds the tags at a pointer. Glance ignores spaces and slashes around a name, which are
 * refused here.
 */
function isTags(pointer: string): boolean {
  if (pointer === "/tags") return true;
  const [first = ""] = pointer.replace(/^\/+/, "").split("/");
  const name = first.replaceAll("~1", "/").replaceAll("~0", "~");
  // What Python's `strip` takes away.
  // oxlint-disable-next-line no-control-regex -- some of it are control characters
  if (name.replaceAll(/^[\s\x1C-\x1F\x85]+|[\s\x1C-\x1F\x85]+$/g, "") !== "tags") return false;
  throw invalid(
    `Invalid JSON pointer for this resource: ${JSON.stringify(pointer)}. The tags are at "/tags".`,
  );
}

/** The items of a JSON array, as they are written. The text has been parsed before. */
function itemsOf(text: string): string[] {
  const items: string[] = [];
  const end = text.lastIndexOf("]");
  let start = text.indexOf("[") + 1;
  let depth = 0;
  for (let at = start; at < end; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (character === "," && depth === 0) {
      items.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...items, text.slice(start, end)];
}

/** The end of the string that begins at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  return end;
}

function invalid(message: string): BadRequest {
  return new BadRequest("invalid-body", message);
}
