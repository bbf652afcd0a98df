import { askGlance } from "./ask-glance.ts";
import type { GlanceServers } from "./glance-servers.ts";

/**
 * Whether Glance answers, within the time that connecting may take. Any answer will do that is no failure: not every
 * Glance has a health check.
 */
export async function checkGlance(glance: GlanceServers): Promise<boolean> {
  const head = {
    method: "GET",
    path: "/healthcheck",
    headers: ["Host", "localhost", "Via", "1.1 imagetags"],
  };
  try {
    const { status } = await askGlance(glance, head, undefined, AbortSignal.timeout(glance.connectTimeout));
    return status < 500;
  } catch {
    return false;
  }
}
