import type { TagPlan } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { UnexpectedReplyError } from "../errors/errors.ts";
import { NoTagPlansError, RefusedError } from "../errors/refusal-errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { toRefusedError } from "./refusal.ts";

/** What a call of the server's tag actions is asked for. */
export type TagActionBody = NonNullable<Parameters<Client["tagActions"]["run"]>[0]>["body"];

/** What {@link runTagAction} takes besides. */
interface RunOptions extends HelperOptions {
  /** The hash of the plan that is to be carried out; `*`: whatever is to be done. Absent: it is only told. */
  readonly plan?: string | undefined;
  readonly requestId?: string | undefined;
}

/** The clients whose server turned out to have no tag actions. It is asked once. */
const without = new WeakSet<Client>();

/**
 * Has up to a thousand images changed, or what would be done told.
 *
 * @throws {NoTagPlansError} when the server knows nothing of it, as a plain Glance
 * @throws {RefusedError} when the server refuses
 */
export async function runTagAction(
  client: Client,
  body: TagActionBody,
  { plan, requestId, signal }: RunOptions = {},
): Promise<TagPlan> {
  if (without.has(client)) throw new NoTagPlansError();
  try {
    return await send(client, body, { plan, requestId, signal });
  } catch (error) {
    if (!isUnknownPath(error)) throw error;
    without.add(client);
    throw new NoTagPlansError();
  }
}

async function send(
  client: Client,
  body: TagActionBody,
  { plan, requestId, signal }: RunOptions,
): Promise<TagPlan> {
  const reply = await client.tagActions.run({
    body: { ...body, dry_run: plan === undefined },
    headers: plan === undefined ? {} : { "if-match": plan === "*" ? plan : `"${plan}"` },
    ...(requestId === undefined ? {} : { extraHeaders: { "X-Openstack-Request-Id": requestId } }),
    fetchOptions: { signal: signal ?? null },
  });
  if (reply.status === 200) return reply.body;
  throw toRefusedError(reply);
}

/** What tells nothing of the address: who asks, how often, and how long it took. */
const OF_ANY_ADDRESS: ReadonlySet<number> = new Set([401, 408, 429]);

/** Only servers of this project give a reason. What others answer at an address that they do not have differs. */
function isUnknownPath(error: unknown): boolean {
  if (error instanceof RefusedError && error.reason !== undefined) return error.reason === "no-such-path";
  if (!(error instanceof RefusedError || error instanceof UnexpectedReplyError)) return false;
  const { status } = error;
  return (status < 500 || status === 501) && !OF_ANY_ADDRESS.has(status);
}
