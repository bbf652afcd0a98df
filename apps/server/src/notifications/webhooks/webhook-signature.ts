import { createHmac } from "node:crypto";

/** What a secret begins with, before its bytes in base64. */
const PREFIX = "whsec_";
/** Of how many bytes a secret is. Source: Standard Webhooks, "Signature scheme". */
const LEAST = 24;
const MOST = 64;

/**
 * The bytes of a secret as Standard Webhooks writes it, `whsec_` and base64; `undefined` where it is none, or has not the length
 * that is asked for.
 */
export function readWebhookSecret(text: string): Uint8Array | undefined {
  const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : "";
  const bytes = Buffer.from(encoded, "base64");
  // Node passes over what is no base64.
  const isBase64 = bytes.toString("base64") === encoded;
  return isBase64 && bytes.length >= LEAST && bytes.length <= MOST ? bytes : undefined;
}

/** What of a webhook is signed. */
export interface Signed {
  readonly id: string;
  /** When it is sent, in seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The value of `webhook-signature`: the signature `v1` by each secret, so that a receiver may know the old one or the new one
 * while they change. Source: Standard Webhooks 1.0.0, "Signature scheme" and "Webhook headers".
 */
export function webhookSignature(secrets: readonly Uint8Array[], { id, timestamp, body }: Signed): string {
  return secrets
    .map((secret) => createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64"))
    .map((signature) => `v1,${signature}`)
    .join(" ");
}
