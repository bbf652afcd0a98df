import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { Request } from "express";
import type { Logger } from "pino";
import type { ImageRecords } from "../../images/image-service.ts";
import type { TagRule } from "../../images/model/tag-rule.ts";
import { deleteTagRule, makeTagRule } from "../../images/tag-rules/change-tag-rules.ts";
import { listTagRules, showTagRule } from "../../images/tag-rules/show-tag-rules.ts";
import { mayChangeTagRules } from "../pipeline/permission-first.ts";
import { callerOf } from "../pipeline/request-context.ts";
import type { BaseUrl } from "../wire/base-url.ts";
import { jsonBody } from "../wire/json-body.ts";
import { rejectQuery } from "../wire/reject-query.ts";
import { toTagRuleDraft, toTagRuleView } from "../wire/tag-rule-view.ts";

const s = initServer();

/** What the routes of rules tell of: the log has each change of a rule. */
interface TagRulesParts {
  readonly service: ImageRecords;
  readonly baseUrl: BaseUrl;
  readonly log: Pick<Logger, "info">;
}

/** The routes of `contract.tagRules`. */
export function tagRulesRoutes(contract: Contract["tagRules"], { service, baseUrl, log }: TagRulesParts) {
  const tell = (req: Pick<Request, "caller" | "requestId">, rule: TagRule, what: string): void => {
    const { userId, projectId } = callerOf(req);
    log.info(
      { request: req.requestId, user: userId, project: projectId, rule },
      `A rule about tags was ${what}.`,
    );
  };
  return s.router(contract, {
    list: async ({ query, req }) => {
      const caller = callerOf(req);
      const rules = await listTagRules(service, caller, query.project_id);
      return { status: 200, body: { tag_rules: rules.map((rule) => toTagRuleView(rule, caller)) } };
    },
    create: {
      middleware: [mayChangeTagRules(service), jsonBody],
      handler: async ({ body, req, res }) => {
        const caller = callerOf(req);
        const rule = await makeTagRule(service, caller, toTagRuleDraft(body));
        tell(req, rule, "made");
        res.setHeader("Location", `${baseUrl(req)}/v2/tag-rules/${rule.id}`);
        return { status: 201, body: toTagRuleView(rule, caller) };
      },
    },
    show: async ({ params, req }) => {
      const caller = callerOf(req);
      const rule = await showTagRule(service, caller, params.rule_id);
      return { status: 200, body: toTagRuleView(rule, caller) };
    },
    delete: async ({ params, req }) => {
      rejectQuery(req);
      tell(req, await deleteTagRule(service, callerOf(req), params.rule_id), "deleted");
      return { status: 204, body: undefined };
    },
  });
}
