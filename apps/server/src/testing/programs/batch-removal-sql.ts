// This prints the statement by which PostgreSQL removes one tag, as JSON with its parameters. The arguments are
// the image, the tag, its owner and the time.
import { batchRemoval } from "../../store/postgres/batch-removal.ts";

const [imageId = "", tag = "", owner = "", now = ""] = process.argv.slice(2);
const step = batchRemoval.steps([{ imageId, tag, owner }], now).next();
if (step.done === true) throw new Error("There is no statement of a removal.");
const { sql, parameters } = step.value;
process.stdout.write(JSON.stringify({ sql, parameters }));
