import { hash } from "node:crypto";
import { request, type Agent } from "node:http";
import { z } from "zod";
import { tagsText, type Operation, type Outcome } from "./image-model.ts";

/** Where an operation goes, and as whom. */
export interface Addressee {
  readonly agent: Agent;
  readonly port: number;
  readonly token: string;
}

/** What came of it: for each image that the reply is about an outcome; `unsent` when nobody listened. */
export type Reply = "unsent" | "unknown" | { readonly outcome: Outcome; readonly updatedAt?: string };

interface HttpReply {
  readonly status: number;
  readonly body: string;
}

/** How long an answer is waited for, in milliseconds. */
const ANSWER_LIMIT = 10_000;

const shownImage = z.object({ id: z.string(), tags: z.array(z.string()), updated_at: z.string() });
const errorShape = z.object({ error: z.object({ reason: z.string() }) });
const tagList = z.object({ tags: z.array(z.string()) });
const imageList = z.object({ images: z.array(shownImage) });

/** Asks a server for an operation on an image and reads its answer. Throws for one that no operation has. */
export async function sendOperation(to: Addressee, imageId: string, operation: Operation): Promise<Reply> {
  const { method, path, body, contentType } = toRequest(imageId, operation);
  const reply = await send(to, method, path, body, {
    "X-Auth-Token": to.token,
    "Content-Type": contentType ?? "application/json",
    ...(operation.expected && { "If-Match": entityTagOf(operation.expected) }),
  });
  if (typeof reply === "string" || reply.status === 503) return reply === "unsent" ? "unsent" : "unknown";
  const outcome = reply.status < 400 ? undefined : failureOf(reply);
  if (outcome !== undefined) return { outcome };
  if (reply.status > 204) throw new Error(`${method} ${path} was answered ${reply.status} ${reply.body}`);
  return outcomeOf(operation, imageId, reply.body);
}

const FAILURES: ReadonlyMap<string, Outcome> = new Map([
  ["no-such-tag", "no-tag"],
  ["no-such-image", "no-image"],
  ["image-id-taken", "id-taken"],
  ["precondition-failed", "not-as-expected"],
  ["tag-quota-exceeded", "over-quota"],
]);

/** What a refusal means; a Glance behind the server refuses in plain text, without a reason. */
function failureOf({ status, body }: HttpReply): Outcome | undefined {
  if (!body.startsWith("{")) return GLANCE_FAILURES.get(status);
  return FAILURES.get(errorShape.parse(JSON.parse(body)).error.reason);
}

/** Of the requests that concern an image itself; those that concern tags do not reach Glance. */
const GLANCE_FAILURES: ReadonlyMap<number, Outcome> = new Map([
  [404, "no-image"],
  [409, "id-taken"],
]);

function outcomeOf(operation: Operation, imageId: string, body: string): Reply {
  switch (operation.kind) {
    case "show":
    case "patch": {
      const { tags, updated_at: updatedAt } = shownImage.parse(JSON.parse(body));
      return { outcome: tagsText(tags), updatedAt };
    }
    case "list":
    case "replace":
      return { outcome: tagsText(tagList.parse(JSON.parse(body)).tags) };
    case "find": {
      const found = imageList.parse(JSON.parse(body)).images.find(({ id }) => id === imageId);
      if (found === undefined) return { outcome: "not-listed" };
      return { outcome: tagsText(found.tags), updatedAt: found.updated_at };
    }
    case "create":
    case "remove":
    case "add":
    case "check":
    case "clear":
    case "delete":
      return { outcome: "done" };
  }
}

/**
 * The entity tag of a tag list, as the server makes it: most replies that show an image's tags bear none. One made
 * otherwise would be answered 412 where the tags are as expected, which no order explains.
 */
function entityTagOf(tags: readonly string[]): string {
  return `"${hash("sha256", JSON.stringify(tags.toSorted()), "base64url")}"`;
}

function toRequest(imageId: string, operation: Operation) {
  const image = `/v2/images/${imageId}`;
  switch (operation.kind) {
    case "create":
      return { method: "POST", path: "/v2/images", body: { id: imageId, tags: operation.tags } };
    case "remove":
      return { method: "DELETE", path: `${image}/tags/${encodeURIComponent(operation.tag)}` };
    case "add":
      return { method: "PUT", path: `${image}/tags/${encodeURIComponent(operation.tag)}` };
    case "check":
      return { method: "GET", path: `${image}/tags/${encodeURIComponent(operation.tag)}` };
    case "find": {
      const query = new URLSearchParams({ id: `in:${imageId}`, tag: operation.tag });
      return { method: "GET", path: `/v2/images?${query}` };
    }
    case "replace":
      return { method: "PUT", path: `${image}/tags`, body: { tags: operation.tags } };
    case "patch":
      return {
        method: "PATCH",
        path: image,
        body: [{ op: "replace", path: "/tags", value: operation.tags }],
        contentType: "application/openstack-images-v2.1-json-patch",
      };
    case "clear":
      return { method: "DELETE", path: `${image}/tags` };
    case "show":
      return { method: "GET", path: image };
    case "list":
      return { method: "GET", path: `${image}/tags` };
    case "delete":
      return { method: "DELETE", path: image };
  }
}

function send(
  { agent, port }: Addressee,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<HttpReply | "unsent" | "unknown"> {
  return new Promise((resolve) => {
    const sent = request({ agent, host: "127.0.0.1", port, method, path, headers }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk: string) => (text += chunk));
      reply.once("close", () =>
        resolve(reply.complete ? { status: reply.statusCode ?? 0, body: text } : "unknown"),
      );
    });
    // The end of a worker can leave the connection that was just being handed to it without an answer.
    sent.setTimeout(ANSWER_LIMIT, () => sent.destroy());
    sent.once("error", (error) =>
      resolve("code" in error && error.code === "ECONNREFUSED" ? "unsent" : "unknown"),
    );
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
