import {
  contractFor,
  ERROR_REASONS,
  routesOf,
  type AppRoute,
  type ErrorFacts,
  type ErrorReason,
  type TagProfile,
} from "@imagetags/contract";
import { z } from "zod";
import type { Address } from "../api.ts";
import { jsonOf, type RawReply } from "../raw-request.ts";
import { askRoute, type ExampleRequest } from "./ask-route.ts";

const JSON_TYPE = "application/json";
const errorReply = z.looseObject({
  error: z.strictObject({
    code: z.union([z.int(), z.string()]),
    title: z.string(),
    message: z.string(),
    reason: z.string(),
  }),
});

/** Asks a server and keeps what it answers, as the examples of the contract's routes. */
export class ExampleRecorder {
  readonly server: Address;
  readonly profile: TagProfile;
  readonly #routes = new Map<string, RouteRecord>();
  readonly #errors: Record<string, unknown> = {};

  constructor(server: Address, profile: TagProfile) {
    this.server = server;
    this.profile = profile;
    for (const { name, route } of routesOf(contractFor(profile)))
      this.#routes.set(name, { route, exchanges: {}, errors: {} });
  }

  /** Records a request that is done as it asks. */
  async done(name: string, key: string, summary: string, request: ExampleRequest = {}): Promise<RawReply> {
    const { route, exchanges } = this.#recordOf(name);
    const { reply, target } = await askRoute(this.server, route, request);
    if (reply.status >= 400 || !(reply.status in route.responses) || key in exchanges)
      throw new Error(`${name}, ${key}: ${reply.status} ${reply.body}`);
    const { path = {}, headers, body, type = JSON_TYPE } = request;
    const sent = body === undefined ? {} : { type, body };
    const [replyType = ""] = (reply.headers["content-type"] ?? "").split(";");
    const told = replyType === JSON_TYPE ? jsonOf(reply) : reply.body;
    exchanges[key] = {
      summary,
      request: { target, path, ...(headers === undefined ? {} : { headers }), ...sent },
      status: reply.status,
      ...(reply.body === "" ? {} : { reply: { type: replyType, body: told } }),
    };
    return reply;
  }

  /** Records that a route refuses a request for a reason. */
  async refused(
    name: string,
    reason: ErrorReason,
    request: ExampleRequest = {},
    at = this.server,
  ): Promise<void> {
    const { route } = this.#recordOf(name);
    const { reply } = await askRoute(at, route, request);
    this.keepError(name, reason, reply);
  }

  /** Records the error in a reply that was had otherwise. */
  keepError(name: string, reason: ErrorReason, reply: Pick<RawReply, "status" | "body">): void {
    const { route, errors } = this.#recordOf(name);
    if (!(reply.status in route.responses)) throw new Error(`${name} declares no ${reply.status}.`);
    errors[reason] = this.#errorOf(reason, reply);
  }

  /** Records an error that any route may answer. */
  keepCommonError(reason: ErrorReason, reply: Pick<RawReply, "status" | "body">): void {
    this.#errors[reason] = this.#errorOf(reason, reply);
  }

  /** All that was recorded, by the order of the contract. */
  recorded(): unknown {
    const routes = [...this.#routes].map(([name, { exchanges, errors }]) => [name, { exchanges, errors }]);
    return { routes: Object.fromEntries(routes), errors: this.#errors };
  }

  /** The body, with the code of the profile `glance`: the profiles differ in the code alone. */
  #errorOf(reason: ErrorReason, { status, body }: Pick<RawReply, "status" | "body">): unknown {
    const { status: declared, imsCode }: ErrorFacts = ERROR_REASONS[reason];
    const code = this.profile === "ims" ? (imsCode ?? declared) : declared;
    const told = errorReply.parse(JSON.parse(body));
    if (status !== declared || told.error.reason !== reason || told.error.code !== code)
      throw new Error(`${reason} was to be answered, and was ${status} ${body}`);
    return { ...told, error: { ...told.error, code: status } };
  }

  #recordOf(name: string): RouteRecord {
    const found = this.#routes.get(name);
    if (found === undefined) throw new Error(`The contract has no route ${name}.`);
    return found;
  }
}

interface RouteRecord {
  readonly route: AppRoute;
  readonly exchanges: Record<string, unknown>;
  readonly errors: Record<string, unknown>;
}
