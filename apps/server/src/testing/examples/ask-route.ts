import type { AppRoute } from "@imagetags/contract";
import { ask, type Address } from "../api.ts";
import type { RawReply } from "../raw-request.ts";
import type { CallerName } from "../test-server.ts";

/** A request to a route: the parameters as they are before they are encoded. */
export interface ExampleRequest {
  readonly as?: CallerName | "NOBODY";
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The media type of the body; JSON when absent. */
  readonly type?: string;
  /** A value that is sent as JSON, or the text of a body of another type. */
  readonly body?: unknown;
}

/** Asks a route of a server, and tells what its address was. */
export async function askRoute(
  at: Address,
  route: AppRoute,
  { as, path = {}, query = {}, headers = {}, type, body }: ExampleRequest,
): Promise<{ readonly reply: RawReply; readonly target: string }> {
  const search = new URLSearchParams(query).toString();
  const target =
    route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(path[name] ?? "")) +
    (search === "" ? "" : `?${search}`);
  const reply = await ask(at, route.method, target, {
    ...(as === undefined ? {} : { as }),
    headers: [...Object.entries(headers), ...(type === undefined ? [] : [["Content-Type", type] as const])],
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { reply, target };
}
