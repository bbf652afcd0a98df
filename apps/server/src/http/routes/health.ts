import type { Contract } from "@imagetags/contract";
import { initServer } from "@ts-rest/express";
import type { Readiness } from "../../health/readiness.ts";
import { errorReply } from "../errors.ts";

const s = initServer();

/** Tells whether Glance answers. */
export type GlanceCheck = () => Promise<boolean>;

/** The routes of `contract.health`. `glance` is asked where the server stands in front of one. */
export function healthRoutes(contract: Contract["health"], readiness: Readiness, glance?: GlanceCheck) {
  return s.router(contract, {
    check: async ({ query, res }) => {
      await readiness.checkInService();
      if (query.detailed !== "true") {
        await readiness.checkDatabase();
        return { status: 200, body: "OK" };
      }
      const [database, reached] = await Promise.all([answers(readiness.checkDatabase()), glance?.()]);
      const parts = [
        `database: ${told(database)}`,
        ...(reached === undefined ? [] : [`glance: ${told(reached)}`]),
      ];
      if (database && reached !== false) return { status: 200, body: parts.join("\n") };
      const reason = database ? "glance-unavailable" : "database-unavailable";
      res.setHeader("Retry-After", "1");
      return errorReply(reason, parts.join(", "));
    },
    live: async () => ({ status: 200, body: { status: "live" } }),
    ready: async () => {
      await readiness.check();
      return { status: 200, body: { status: "ready" } };
    },
  });
}

function told(isThere: boolean): string {
  return isThere ? "OK" : "unavailable";
}

async function answers(question: Promise<unknown>): Promise<boolean> {
  try {
    await question;
    return true;
  } catch {
    return false;
  }
}
