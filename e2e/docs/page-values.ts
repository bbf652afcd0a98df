const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
/** A secret as pages show it: its first characters. */
const SHORTENED = /\b[\w-]{4}…/g;

/** What differs from run to run: the page has one value, the run another. */
export class PageValues {
  readonly #known: Map<string, string>;
  readonly #token: () => string;

  /**
   * @param known texts of the page, such as its address, and what stands for each in this run
   * @param token the token that the server has made
   */
  constructor(known: Readonly<Record<string, string>>, token: () => string) {
    this.#known = new Map(Object.entries(known));
    this.#token = token;
  }

  /** A command of the page with the values of this run. */
  command(text: string): string {
    let command = text.replaceAll(SHORTENED, () => this.#token());
    for (const [shown, actual] of this.#known) command = command.replaceAll(shown, actual);
    return command;
  }

  /**
   * Tells the first line of a page's output that the printed text does not have; `undefined`: none. `…` stands
   * for anything, as a line of its own for any lines, and an id that is met for the first time for any id.
   */
  mismatch(expected: readonly string[], printed: string): string | undefined {
    const lines = printed.split("\n").map((line) => line.trimEnd());
    while (lines.at(-1) === "") lines.pop();
    let at = 0;
    let skipping = false;
    for (const line of expected) {
      if (line === "…") {
        skipping = true;
        continue;
      }
      const last = skipping ? lines.length - 1 : at;
      const found = lines.findIndex((one, index) => index >= at && index <= last && this.#fits(line, one));
      if (found === -1) return line;
      skipping = false;
      at = found + 1;
    }
    return skipping || at >= lines.length ? undefined : `(nothing more, but there is: ${lines[at]})`;
  }

  #fits(expected: string, printed: string): boolean {
    const ids: string[] = [];
    const marked = expected
      .trimEnd()
      .replaceAll(SHORTENED, "…")
      .replaceAll(UUID, (id) => {
        const actual = this.#known.get(id);
        if (actual !== undefined) return actual;
        ids.push(id);
        return "\u{1}";
      });
    let pattern = RegExp.escape(this.#withKnown(marked));
    pattern = pattern.replaceAll("\\x01", "\u{1}").replaceAll("\u{1}", `(${UUID_PATTERN})`);
    pattern = pattern.replaceAll("…", ".*");
    const found = new RegExp(`^${pattern}$`, "u").exec(this.#timeless(printed));
    if (found === null) return false;
    for (const [index, id] of ids.entries()) this.#known.set(id, found[index + 1] ?? id);
    return true;
  }

  #withKnown(text: string): string {
    let result = this.#timeless(text);
    for (const [shown, actual] of this.#known) result = result.replaceAll(shown, actual);
    return result;
  }

  #timeless(text: string): string {
    return text.replaceAll(TIME, "(a time)");
  }
}
