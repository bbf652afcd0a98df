import leven from "leven";

const PREFIX = "IMAGETAGS_";

/** The variables of the command `imagetags`. People export them in the shell from which they start the server. */
const OF_THE_COMMAND: ReadonlySet<string> = new Set(
  ["ENDPOINT", "TOKEN", "TOKEN_FILE"].map((name) => `${PREFIX}${name}`),
);

/**
 * The variables that Kubernetes makes for a service whose name begins with `imagetags`.
 * Source: Kubernetes, "Discovering services", environment variables.
 */
const OF_KUBERNETES =
  /_SERVICE_(?:HOST|PORT(?:_[A-Z\d_]+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const PORT_OF_KUBERNETES = /^(?:tcp|udp|sctp):\/\//;

/** The share of its letters in which a name may differ from the one that was meant. */
const ALIKE = 0.4;

/**
 * Tells of each variable that looks like a setting and is none of `known`. A misspelt one must not pass for an
 * absent one. Variables of other known programs are left alone.
 */
export function unknownNames(
  given: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  return Object.entries(given)
    .filter(([name]) => name.startsWith(PREFIX) && !known.includes(name))
    .filter(([name, value]) => !isOfAnother(name, value ?? ""))
    .map(([name]) => {
      const meant = nearest(name, known);
      const hint = meant === undefined ? "see --help" : `did you mean ${meant}?`;
      return `${name} is not a setting of this server; ${hint}`;
    });
}

function isOfAnother(name: string, value: string): boolean {
  return (
    OF_THE_COMMAND.has(name) ||
    OF_KUBERNETES.test(name) ||
    (name.endsWith("_PORT") && PORT_OF_KUBERNETES.test(value))
  );
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const written = name.toUpperCase();
  const longer = known.find((one) => one.startsWith(`${written}_`));
  if (longer !== undefined) return longer;
  const letters = written.length - PREFIX.length;
  const [best] = known
    .map((one) => ({ one, distance: leven(written, one) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= ALIKE * letters ? best.one : undefined;
}
