import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test, vi } from "vitest";
import type { TagEvent } from "../../images/model/tag-event.ts";
import { ask, makeImage } from "../../testing/api.ts";
import { startTestServer } from "../../testing/test-server.ts";
import { openReceiver, type WebhookReceiver } from "../../testing/webhook-receiver.ts";
import { PublicAddresses, readNetwork } from "./public-addresses.ts";
import { WebhookDestination } from "./webhook-destination.ts";
import { readWebhookSecret } from "./webhook-signature.ts";

const EVENT: TagEvent = {
  id: "0199f000-0000-7123-8000-00000000000a",
  microseconds: 1_764_406_800_123_456,
  action: "removed",
  imageId: "11111111-2222-4333-8444-555555555555",
  tag: "é/b",
  owner: "alpha",
  userId: "alice",
  projectId: "alpha",
  roles: ["member"],
  requestId: "req-7",
  applicationCredentialId: null,
  trustId: null,
};

const wait = (condition: () => void) => vi.waitFor(condition, { timeout: 20_000, interval: 10 });

function destinationTo({ url, secret }: Pick<WebhookReceiver, "url" | "secret">, keep = 1_000) {
  const secrets = [readWebhookSecret(secret) ?? new Uint8Array()];
  const allowed = [readNetwork("127.0.0.1")].filter((network) => network !== undefined);
  return new WebhookDestination(
    { name: "inventory", url, secrets, wants: () => true, ca: undefined },
    {
      addresses: new PublicAddresses(allowed),
      keep,
      publicUrl: "https://images.example.org",
      version: "1.2.3",
    },
  );
}

/** What becomes of an event where the receiver answers so. */
async function outcomeOf(answer: (response: ServerResponse) => void) {
  await using receiver = await openReceiver();
  receiver.answer((_, response) => answer(response));
  const destination = destinationTo(receiver);
  const [outcome] = await destination.send([[EVENT]]);
  await destination.close();
  return { outcome, tries: receiver.came.length };
}

test("an event is a CloudEvent in the structured mode, signed, of its own id", async () => {
  await using receiver = await openReceiver();
  const destination = destinationTo(receiver);
  expect(
    await destination.send([[EVENT], [{ ...EVENT, id: EVENT.id.replace(/a$/, "b"), action: "added" }]]),
  ).toEqual(["sent", "sent"]);
  await destination.close();
  expect(receiver.refused).toEqual([]);
  const [first] = receiver.came.toSorted((a, b) =>
    String(a.event["id"]).localeCompare(String(b.event["id"])),
  );
  expect(first?.headers).toMatchObject({
    "content-type": "application/cloudevents+json; charset=UTF-8",
    "user-agent": "imagetags/1.2.3",
    "webhook-id": EVENT.id,
  });
  expect(first?.event).toEqual({
    specversion: "1.0",
    id: EVENT.id,
    source: "https://images.example.org/v2/images",
    type: "org.openstack.image.tag.removed",
    subject: EVENT.imageId,
    time: "2025-11-29T09:00:00.123456Z",
    datacontenttype: "application/json",
    data: {
      image_id: EVENT.imageId,
      tag: "é/b",
      action: "removed",
      owner: "alpha",
      project_id: "alpha",
      user_id: "alice",
      request_id: "req-7",
    },
  });
  expect(receiver.came.map(({ event }) => event["type"])).toContain("org.openstack.image.tag.added");
});

test("a redirect is not followed, 410 ends it, and 429 and 503 are heeded", async () => {
  await using elsewhere = await openReceiver();
  expect(await outcomeOf((response) => response.writeHead(307, { location: elsewhere.url }).end())).toEqual({
    outcome: { error: "it answered 307, and redirects are not followed" },
    tries: 1,
  });
  expect(elsewhere.came).toEqual([]);
  expect((await outcomeOf((response) => response.writeHead(410).end())).outcome).toEqual({
    error: "it answered 410",
    isGone: true,
  });
  expect(
    (await outcomeOf((response) => response.writeHead(503, { "retry-after": "90" }).end())).outcome,
  ).toEqual({
    error: "it answered 503",
    retryAfter: 90_000,
  });
  const inAMinute = new Date(Date.now() + 60_000).toUTCString();
  const { outcome } = await outcomeOf((response) =>
    response.writeHead(429, { "retry-after": inAMinute }).end(),
  );
  const retryAfter: unknown = Object(outcome).retryAfter;
  expect(retryAfter).toBeGreaterThan(50_000);
  expect(
    (await outcomeOf((response) => response.writeHead(400, { "retry-after": "soon" }).end())).outcome,
  ).toEqual({
    error: "it answered 400",
    retryAfter: 0,
  });
});

test("of a reply no more than a bounded part is read, and one that is taken is sent, however long", async () => {
  let written = 0;
  let isClosed = false;
  const { outcome } = await outcomeOf((response) => {
    response.writeHead(200);
    response.on("close", () => (isClosed = true));
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) written += 64 * 1024;
      written += 64 * 1024;
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  expect(outcome).toBe("sent");
  await wait(() => expect(isClosed).toBe(true));
  // The rest of it is what the system keeps of a connection.
  expect(written).toBeLessThan(16 * 1024 * 1024);
});

test("one that does not answer, breaks off or is not there is an error in a sentence", async () => {
  expect((await outcomeOf((response) => response.destroy())).outcome).toMatchObject({
    error: expect.stringMatching(/other side closed/),
  });
  const destination = destinationTo({ url: "http://127.0.0.1:9/", secret: `whsec_${"A".repeat(43)}=` });
  expect(await destination.send([[EVENT]])).toEqual([{ error: expect.stringMatching(/ECONNREFUSED/) }]);
  await destination.close();
});

test("one that stands still is left after ten seconds", { timeout: 20_000 }, async () => {
  const { outcome } = await outcomeOf(() => undefined);
  expect(outcome).toEqual({ error: "no answer within 10 seconds" });
});

test("a server tells each change to those who want it, in the order of the image, and its log says when one is away", async () => {
  using folder = temporaryFolder();
  await using all = await openReceiver();
  await using releases = await openReceiver();
  const file = folder.at("webhooks.yaml");
  writeFileSync(folder.at("secret"), `${releases.secret}\n`);
  writeFileSync(
    file,
    `webhooks:
  - name: all
    url: ${all.url}
    secret: ${all.secret}
  - name: releases
    url: ${releases.url}
    secret_file: secret
    tags: ["release-*"]
    actions: [removed]
    projects: [alpha]
  - name: away
    url: http://127.0.0.1:9/hooks-s3cret
    secret: ${all.secret}
`,
  );
  const env = { IMAGETAGS_WEBHOOKS_FILE: file, IMAGETAGS_WEBHOOKS_ALLOW: "127.0.0.1" };
  await using server = await startTestServer({ env });
  const id = await makeImage(server, { name: "one", tags: ["release-1"] });
  for (const tag of ["a", "release-2"]) await ask(server, "PUT", `/v2/images/${id}/tags/${tag}`);
  for (const tag of ["a", "release-1"]) await ask(server, "DELETE", `/v2/images/${id}/tags/${tag}`);
  await wait(() => expect([all.came.length, releases.came.length]).toEqual([5, 1]));
  const told = ({ event }: (typeof all.came)[number]) => [
    event["subject"],
    event.data["action"],
    event.data["tag"],
  ];
  expect(all.came.map(told)).toEqual([
    [id, "added", "release-1"],
    [id, "added", "a"],
    [id, "added", "release-2"],
    [id, "removed", "a"],
    [id, "removed", "release-1"],
  ]);
  expect(releases.came.map(told)).toEqual([[id, "removed", "release-1"]]);
  expect([all.refused, releases.refused]).toEqual([[], []]);
  await wait(() => expect(server.logged()).toContain("Notifications to away wait: "));
  for (const secret of ["hooks-s3cret", all.secret, releases.secret]) {
    expect(server.logged()).not.toContain(secret);
  }
});
