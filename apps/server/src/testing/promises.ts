import { glanceContract, routesOf, servedSchema } from "@imagetags/contract";
import { z } from "zod";
import { jsonOf, type RawReply } from "./raw-request.ts";

const ROUTES = routesOf(glanceContract).map(({ route }) => ({
  route,
  path: new RegExp(`^${route.path.replaceAll(/:\w+/g, "[^/]+")}$`),
}));

/**
 * Throws where a JSON reply breaks a promise of this project's server. Its promises are stricter than what the
 * contract says of any Image API. Replies of no route of the contract are let pass.
 */
export function holdToPromises(method: string, target: string, reply: RawReply): void {
  if (reply.body === "" || !/^application\/json\b/.test(reply.headers["content-type"] ?? "")) return;
  const [path = ""] = target.split("?");
  const found = ROUTES.find((one) => one.route.method === method && one.path.test(path));
  const declared = found?.route.responses[reply.status];
  if (!(declared instanceof z.ZodType)) return;
  const { error } = servedSchema(declared).safeParse(jsonOf(reply));
  if (error !== undefined) {
    throw new Error(`The ${reply.status} to ${method} ${target} is not what is promised: ${error.message}`);
  }
}
