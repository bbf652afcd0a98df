import { randomBytes, randomUUID } from "node:crypto";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { expect, test } from "vitest";
import { readWebhookSecret, webhookSignature } from "./webhook-signature.ts";

const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

function signed(secrets: readonly string[], body: string) {
  const bytes = secrets.map(readWebhookSecret).filter((one) => one !== undefined);
  const id = randomUUID();
  const timestamp = Math.floor(Date.now() / 1_000);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": webhookSignature(bytes, { id, timestamp, body }),
  };
}

test("a signature is taken by the library that Standard Webhooks gives to receivers, by the old secret and the new one", () => {
  const [old, fresh, foreign] = [newSecret(), newSecret(), newSecret()];
  const body = JSON.stringify({ tag: "Überzug \u{1F600}" });
  const headers = signed([old, fresh], body);
  for (const secret of [old, fresh]) {
    expect(new Webhook(secret).verify(body, headers)).toEqual({ tag: "Überzug \u{1F600}" });
  }
  expect(() => new Webhook(foreign).verify(body, headers)).toThrow(WebhookVerificationError);
  expect(() => new Webhook(old).verify(`${body} `, headers)).toThrow(WebhookVerificationError);
  const replayed = { ...headers, "webhook-id": randomUUID() };
  expect(() => new Webhook(old).verify(body, replayed)).toThrow(WebhookVerificationError);
});

test("a signature is the one that the library makes", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr";
  const [id, timestamp, body] = ["one", 1_700_000_000, '{"a":1}'];
  const bytes = readWebhookSecret(secret) ?? new Uint8Array();
  expect(webhookSignature([bytes], { id, timestamp, body })).toBe(
    new Webhook(secret).sign(id, new Date(timestamp * 1_000), body),
  );
});

test.each([
  "",
  "whsec_",
  "secret",
  `whsec_${randomBytes(23).toString("base64")}`,
  `whsec_${randomBytes(65).toString("base64")}`,
  `whsec_${randomBytes(32).toString("base64").slice(0, -2)}*`,
  randomBytes(32).toString("base64"),
])("%s is no secret", (text) => {
  expect(readWebhookSecret(text)).toBeUndefined();
});
