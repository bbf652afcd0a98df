import type { ErrorReason } from "@imagetags/contract";
import type { RequestValidationError } from "@ts-rest/express";

/** What is wrong with a request that does not fit the contract. */
export interface Invalid {
  readonly reason: ErrorReason;
  readonly message: string;
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Names the first thing that is wrong, and where. */
export function describeInvalid(error: RequestValidationError): Invalid {
  const parts = [
    ["", error.pathParams, "invalid-path-parameter"],
    ["query", error.query, "invalid-query"],
    ["body", error.body, "invalid-body"],
    ["headers", error.headers, "invalid-header"],
  ] as const;
  for (const [where, problem, partReason] of parts) {
    const issue: Issue | undefined = problem?.issues[0];
    if (issue === undefined) continue;
    const isTag = ruleBroken(issue) === "tag";
    const reason = reasonOf(issue, partReason);
    // The rule for a tag names the tag itself. Where the tag stood matters only in a body.
    if (isTag && where === "") return { reason, message: issue.message };
    // An issue with a query's parameter is a whole sentence already, often Glance's own.
    if (where === "query") return { reason, message: issue.message };
    return { reason, message: `Invalid ${[where, ...keysOf(issue)].join(".")}: ${issue.message}` };
  }
  return { reason: "invalid-body", message: "The request is not valid." };
}

/** The reason of an issue. `otherwise` where the contract gives the issue none of its own. */
export function reasonOf(issue: Issue, otherwise: ErrorReason): ErrorReason {
  switch (ruleBroken(issue)) {
    case "tag":
      return "invalid-tag";
    case "bound":
      return "too-many-items";
    default:
      return otherwise;
  }
}

/** The contract's own rule that an issue tells of. */
function ruleBroken(issue: Issue): unknown {
  if (!("params" in issue)) return undefined;
  const { params } = issue;
  return typeof params === "object" && params !== null && "rule" in params ? params.rule : undefined;
}

function keysOf(issue: Issue): string[] {
  return (issue.path ?? []).map((key) => String(typeof key === "object" ? key.key : key));
}
