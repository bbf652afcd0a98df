/**
 * Headers of one connection alone. Those that frame the body are sent anew with it. Source: RFC 9110, section 7.6.1.
 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
]);
/**
 * Headers that `Connection` must not take away. Without them the next server would see other bytes as the body,
 * or another host.
 */
const NEVER_NAMED: ReadonlySet<string> = new Set(["content-length", "transfer-encoding", "host"]);

/**
 * Headers, names and values in turn, without those of one connection and those that `Connection` names. The
 * rest stays as it came, in order, and doubled where doubled.
 */
export function endToEnd(raw: readonly string[], without: ReadonlySet<string> = HOP_BY_HOP): string[] {
  const named = namedByConnection(raw);
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? "";
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || without.has(lower) || named?.has(lower) === true) continue;
    kept.push(name, raw[at + 1] ?? "");
  }
  return kept;
}

function namedByConnection(raw: readonly string[]): ReadonlySet<string> | undefined {
  let named: Set<string> | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() !== "connection") continue;
    for (const option of (raw[at + 1] ?? "").split(",")) {
      const name = option.trim().toLowerCase();
      if (!NEVER_NAMED.has(name)) (named ??= new Set()).add(name);
    }
  }
  return named;
}
