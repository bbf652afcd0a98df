import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { errorBody, changeErrors, errorResponses } from "../wire/error-body.ts";
import { newTagRule, tagRule, tagRuleList, tagRulesQuery } from "../wire/tag-rule.ts";

const c = initContract();

const pathParams = z.object({ rule_id: z.string().meta({ description: "The rule's id, a UUID." }) });

/** The routes of the rules about tags, which are this project's own: a plain Glance has none of them. */
export const tagRulesContract = c.router(
  {
    list: {
      method: "GET",
      path: "/v2/tag-rules",
      summary: "List tag rules",
      description:
        "The rules that hold for the images of the caller's project: those of the cloud first, then its own, in the order in " +
        "which they were made.",
      query: tagRulesQuery,
      responses: { 200: tagRuleList, ...errorResponses, 409: errorBody },
    },
    create: {
      method: "POST",
      path: "/v2/tag-rules",
      summary: "Create tag rule",
      description:
        "Makes a rule about the tags of the images that the project owns, or of all. Once it is answered, no change that it " +
        "forbids is made any more by any server over this database. A rule never changes: delete it and make another.",
      body: newTagRule,
      responses: { 201: tagRule, ...changeErrors, 409: errorBody },
    },
    show: {
      method: "GET",
      path: "/v2/tag-rules/:rule_id",
      summary: "Show tag rule",
      pathParams,
      responses: { 200: tagRule, ...errorResponses, 409: errorBody },
    },
    delete: {
      method: "DELETE",
      path: "/v2/tag-rules/:rule_id",
      summary: "Delete tag rule",
      pathParams,
      responses: { 204: c.noBody(), ...changeErrors, 409: errorBody },
    },
  },
  { strictStatusCodes: true },
);
