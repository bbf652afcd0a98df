import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";
import { ask, type Address } from "./api.ts";
import { jsonOf } from "./raw-request.ts";
import { tokenOf, type CallerName } from "./test-server.ts";

/** An upload that is written piece by piece. */
export interface SlowUpload {
  readonly request: ClientRequest;
  readonly reply: Promise<{ status: number; body: string }>;
}

/** Begins an upload of chunks, or of `length` bytes. The caller writes and ends `request`. */
export function beginUpload(
  { port }: Address,
  imageId: string,
  { as = "ALPHA_MEMBER", length }: { readonly as?: CallerName; readonly length?: number } = {},
): SlowUpload {
  const sent = request({
    host: "127.0.0.1",
    port,
    method: "PUT",
    path: `/v2/images/${imageId}/file`,
    headers: {
      "X-Auth-Token": tokenOf(as),
      "Content-Type": "application/octet-stream",
      Connection: "close",
      ...(length === undefined ? {} : { "Content-Length": length }),
    },
  });
  sent.flushHeaders();
  return { request: sent, reply: readReply(sent) };
}

/** Uploads data in one piece. */
export async function upload(
  server: Address,
  imageId: string,
  data: Uint8Array | string,
  as: CallerName = "ALPHA_MEMBER",
): Promise<{ status: number; body: string }> {
  const begun = beginUpload(server, imageId, { as, length: Buffer.byteLength(data) });
  begun.request.end(data);
  return await begun.reply;
}

/** The body that is sent to make an image that waits for data. */
export const READY = { disk_format: "raw", container_format: "bare" } as const;

/** The image as it is shown. */
export async function shown(server: Address, imageId: string): Promise<Record<string, unknown>> {
  const image = jsonOf(await ask(server, "GET", `/v2/images/${imageId}`, { as: "ADMIN" }));
  if (typeof image !== "object" || image === null) throw new Error("That is no image.");
  return { ...image };
}

/** Waits until an image has a status. */
export async function untilStatus(server: Address, imageId: string, status: string): Promise<void> {
  for (const start = performance.now(); performance.now() - start < 10_000; await setTimeout(10)) {
    if ((await shown(server, imageId))["status"] === status) return;
  }
  throw new Error(`The image was not ${status} within 10 s.`);
}

async function readReply(sent: ClientRequest): Promise<{ status: number; body: string }> {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
  let body = "";
  for await (const chunk of reply.setEncoding("utf8")) body += chunk;
  return { status: reply.statusCode ?? 0, body };
}
