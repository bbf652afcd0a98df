import { startMariadb } from "@imagetags/testing/databases/start-mariadb";
import { startKeystone } from "@imagetags/testing/keystone/start-keystone";
import { startServer } from "@imagetags/testing/server/start-server";
import { createClient } from "@imagetags/client";
import { expect } from "vitest";
import { test as plain } from "./page-test.ts";

/** A real Keystone takes its time to be made, on a busy machine minutes. */
const PATIENCE = { timeout: 300_000 };

const test = plain
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern what a fixture needs
  .extend("cloud", { scope: "file" }, async ({}, { onCleanup }) => {
    const stack = new AsyncDisposableStack();
    onCleanup(() => stack.disposeAsync());
    const keystone = stack.use(await startKeystone({ mariadb: stack.use(await startMariadb()) }));
    const service = await keystone.serviceUser("imagetags");
    // On a busy machine Keystone is slow.
    const patience = { IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT: "30", IMAGETAGS_KEYSTONE_TIMEOUT: "60" };
    const settings = { IMAGETAGS_AUTH: "keystone", ...patience, ...service.environment };
    const server = stack.use(await startServer({ settings }));
    const member = await keystone.user({ name: "mira", project: "blue", roles: ["member"] });
    return { member, url: server.url, console: `${server.url}/console/` };
  });

test(
  "a real Keystone lets in by password, and the tags of the project can be changed",
  PATIENCE,
  async ({ cloud, open }) => {
    const { member, url } = cloud;
    const client = createClient({ endpoint: url, token: await member.token() });
    const made = await client.images.create({ body: { name: "in-blue", tags: ["old"] } });
    if (made.status !== 201) throw new Error(`The image was answered ${made.status}.`);
    const page = await open();
    page.setDefaultTimeout(60_000);
    await page.goto(cloud.console);
    await page.getByLabel("User").fill(member.name);
    await page.getByLabel("Password", { exact: true }).last().fill(member.password);
    await page.getByLabel("Project").fill("blue");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Remove old from in-blue" }).click();
    await page.getByText("Removed old from in-blue.").waitFor();
    await page.getByRole("banner").getByLabel("Project").waitFor();
    const tags = await client.imageTags.list({ params: { image_id: made.body.id } });
    expect(tags).toMatchObject({ status: 200, body: { tags: [] } });
  },
);

test("a real Keystone lets in by token and by application credential", PATIENCE, async ({ cloud, open }) => {
  const credential = await cloud.member.applicationCredential();
  const byToken = await open();
  const byCredential = await open();
  byToken.setDefaultTimeout(60_000);
  byCredential.setDefaultTimeout(60_000);
  await byToken.goto(cloud.console);
  await byToken.getByLabel("Token", { exact: true }).check();
  await byToken.getByRole("textbox", { name: "Token" }).fill(await cloud.member.token());
  await byToken.getByRole("button", { name: "Sign in" }).click();
  await byToken.getByRole("banner").getByText("mira").waitFor();
  await byCredential.goto(cloud.console);
  await byCredential.getByLabel("Application credential").check();
  await byCredential.getByLabel("Id").fill(credential.id);
  await byCredential.getByLabel("Secret").fill(credential.secret);
  await byCredential.getByRole("button", { name: "Sign in" }).click();
  await byCredential.getByRole("banner").getByText("mira").waitFor();
});
