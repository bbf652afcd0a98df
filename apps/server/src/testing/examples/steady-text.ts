import { createHash } from "node:crypto";

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z/g;
const HASH = /(?<![\w-])[\w-]{43}(?![\w-])/g;

/**
 * A text of recorded exchanges in which whatever is another each time stays the same: ids but those of `known`, and hashes,
 * by the order in which they first appear; times; and the port.
 */
export function steadyText(text: string, known: ReadonlySet<string>, port: number): string {
  const ids = numbered((index) => `019ccf5e-6c00-7000-8000-${String(index).padStart(12, "0")}`);
  const hashes = numbered((index) => createHash("sha256").update(String(index)).digest("base64url"));
  return text
    .replaceAll(`127.0.0.1:${port}`, "127.0.0.1:9292")
    .replaceAll(TIME, (_, fraction) => `2026-11-28T10:20:30${fraction === undefined ? "" : ".123457"}Z`)
    .replaceAll(UUID, (id) => (known.has(id) ? id : ids(id)))
    .replaceAll(HASH, hashes);
}

/** What stands for a text: the same for the same. */
function numbered(make: (index: number) => string): (text: string) => string {
  const made = new Map<string, string>();
  return (text) => {
    const found = made.get(text) ?? make(made.size + 1);
    made.set(text, found);
    return found;
  };
}
