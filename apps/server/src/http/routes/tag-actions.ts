import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { ImageRecords } from "../../images/image-service.ts";
import { carryOutPlan, planChanged, planTags } from "../../images/tag-plans/carry-out.ts";
import { Turns } from "../../images/tag-plans/turns.ts";
import { BadRequest } from "../bad-request.ts";
import { mayList } from "../pipeline/permission-first.ts";
import { actorOf } from "../pipeline/request-context.ts";
import { jsonBody } from "../wire/json-body.ts";
import { planCondition } from "../wire/preconditions.ts";
import { toTagPlanView, toTagPlanWish } from "../wire/tag-plan-view.ts";

const s = initServer();

/** The routes of `contract.tagActions`. */
export function tagActionsRoutes(contract: Contract["tagActions"], service: ImageRecords) {
  const turns = new Turns();
  return s.router(contract, {
    run: {
      middleware: [mayList(service), jsonBody],
      handler: async ({ body, headers, req, res }) => {
        const { dry_run: dryRun = false } = body;
        const wish = toTagPlanWish(body);
        const agrees = planCondition(headers);
        if (!dryRun && agrees === undefined) throw preconditionRequired();
        const plan =
          agrees === undefined || dryRun
            ? await planTags(service, actorOf(req), wish)
            : await turns.take(() => carryOutPlan(service, actorOf(req), wish, agrees));
        if (agrees?.(plan.hash) === false) throw planChanged();
        res.setHeader("ETag", `"${plan.hash}"`);
        return { status: 200, body: toTagPlanView(plan, dryRun) };
      },
    },
  });
}

/** Source: RFC 6585, section 3. */
function preconditionRequired(): BadRequest {
  return new BadRequest(
    "precondition-required",
    "Tags of many images are changed by a plan: ask for it with dry_run, and send its entity tag in If-Match; or *.",
  );
}
