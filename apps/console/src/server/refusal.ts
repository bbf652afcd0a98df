import { ConnectionError, TimeLimitError, type ErrorBody, type ErrorReason } from "@imagetags/client";
import { text } from "../texts/texts.ts";

/** The server refused a request, in its own words. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly reason: ErrorReason | undefined;

  constructor({ status, body }: { readonly status: number; readonly body: ErrorBody | undefined }) {
    super(body?.error.message ?? `HTTP ${status}`);
    this.status = status;
    this.reason = body?.error.reason;
  }
}

/** What went wrong, for people: the server's own words where it was the server. */
export function wordsOf(error: unknown): string {
  if (error instanceof ConnectionError || error instanceof TimeLimitError || error instanceof TypeError)
    return text("notReached");
  return error instanceof Error ? error.message : String(error);
}
