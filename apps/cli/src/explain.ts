import { AmbiguousImageError, ImageTagsError, type Image } from "@imagetags/client";
import { EXIT, UsageError } from "./exit-code.ts";
import { safeText } from "./output/safe-text.ts";

/** What went wrong, in lines for a person, and the exit code it is. No stack trace and no secret is in it. */
export interface Explanation {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Explains what a command rejected with. */
export function explain(error: unknown): Explanation {
  if (error instanceof AmbiguousImageError) {
    const head = `${error.candidates.length} images have the name ${error.image}; give the id of one:`;
    return { lines: [safeText(head), ...error.candidates.map(candidateLine)], exitCode: EXIT.failed };
  }
  const isUsage = error instanceof UsageError || (error instanceof ImageTagsError && isWrongUsage(error));
  return { lines: [reasonOf(error)], exitCode: isUsage ? EXIT.usage : EXIT.failed };
}

/** Why something failed, in one line, with the id by which the server's log knows the request. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return safeText(String(error));
  // Some errors say it themselves.
  const id = "requestId" in error && typeof error.requestId === "string" ? error.requestId : "";
  const request = id === "" || error.message.includes(id) ? "" : ` (request id ${id})`;
  return safeText(error.message.replaceAll(/\s*\n\s*/g, " ").trim() + request);
}

/** Settings that cannot be used are the person's, also where the client finds them wrong. */
function isWrongUsage({ code }: ImageTagsError): boolean {
  return code === "INVALID_OPTION" || code === "INVALID_CLOUD";
}

function candidateLine({ id, status, visibility, owner, created_at }: Image): string {
  return safeText(`  ${id}  ${status}, ${visibility}, owner ${owner ?? "none"}, made ${created_at}`);
}
