// This prints the statement by which PostgreSQL removes one tag and writes its event, as JSON with what stands for its
// parameters. The arguments are the image, the tag, its owner and the time. The id of the event is any.
import { batchRemoval } from "../../store/postgres/batch-removal.ts";

const [imageId = "", tag = "", owner = "", now = ""] = process.argv.slice(2);
const ANY_RULES = "rules";
const { steps } = batchRemoval({ recordsEvents: true, destinations: [], holdsRules: true, isGlances: false });
const step = steps([{ imageId, tag, owner, rulesVersion: ANY_RULES }], 0).next();
if (step.done === true) throw new Error("There is no statement of a removal.");
const { sql, parameters } = step.value;
process.stdout.write(JSON.stringify({ sql, parameters: parameters.map(standIn) }));

function standIn(parameter: unknown): unknown {
  if (parameter === ANY_RULES) return "(select version from imagetags_rules_version)";
  if (typeof parameter === "string") return now;
  if (!Array.isArray(parameter))
    throw new TypeError("A statement of a removal takes texts and lists of them.");
  return parameter.map((value: unknown) => {
    if (value === null) return "null";
    const isEvent = typeof value === "string" && value.startsWith("00000000-0000-7");
    return isEvent ? "gen_random_uuid()" : value;
  });
}
