// The ways to say which cloud, and as whom.
import assert from "node:assert/strict";
import { imagetagsIn } from "./lib/imagetags.ts";
import type { Checks } from "../lib/checks.ts";
import type { Person } from "@imagetags/testing/keystone/people";

/** What the checks work on. */
interface Setting {
  readonly checks: Checks;
  /** With clouds.yaml. */
  readonly folder: string;
  readonly person: Person;
  readonly serverUrl: string;
}

export async function cloudChecks({ checks: { check }, folder, person, serverUrl }: Setting) {
  const list = ["list", "--name", "web", "-o", "value", "-c", "name"];
  const lists = async (env: Record<string, string>, ...args: string[]) => {
    assert.deepEqual(await imagetagsIn(folder, env)(...list, ...args), {
      code: 0,
      stdout: "web\n",
      stderr: "",
    });
  };
  await check("--os-cloud", () => lists({}, "--os-cloud", "glance"));
  await check("OS_USERNAME, OS_PASSWORD and so on", () => lists(person.environment));
  await check("--os-username, --os-password and so on", () => {
    const options = Object.entries(person.environment)
      .filter(([name]) => name !== "OS_IDENTITY_API_VERSION")
      .flatMap(([name, value]) => [`--${name.toLowerCase().replaceAll("_", "-")}`, value]);
    return lists({}, ...options);
  });
  await check("OS_DEFAULT_DOMAIN, and its default", async () => {
    const domainless = Object.fromEntries(
      Object.entries(person.environment).filter(([name]) => !/_DOMAIN_/.test(name)),
    );
    await lists(domainless);
    await lists({ ...domainless, OS_DEFAULT_DOMAIN: "default" });
    const { code } = await imagetagsIn(folder, { ...domainless, OS_DEFAULT_DOMAIN: "nowhere" })(...list);
    assert.equal(code, 1);
  });
  await check("a token that is not valid is said to be so", async () => {
    const { code, stderr } = await imagetagsIn(folder, { IMAGETAGS_TOKEN: "gAAAAABnone" })(
      ...list,
      "--endpoint",
      serverUrl,
    );
    assert.equal(code, 1);
    assert.match(stderr, /^imagetags: The token is not valid at http.*\n$/);
  });
  await check("an application credential", async () => {
    const credential = await person.applicationCredential();
    await lists(credential.environment);
  });
  await check("--os-image-endpoint-override", () =>
    lists({}, "--os-cloud", "glance", "--os-image-endpoint-override", serverUrl),
  );
  await check("--endpoint and IMAGETAGS_TOKEN", async () =>
    lists({ IMAGETAGS_TOKEN: await person.token() }, "--endpoint", serverUrl),
  );
  await check("a region that the cloud does not have is named", async () => {
    const args = ["list", "--os-cloud", "glance", "--os-region-name", "Nowhere"];
    const { code, stdout, stderr } = await imagetagsIn(folder, {})(...args);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, /^imagetags: .*Nowhere.*RegionOne.*\n$/);
  });
  await check("a wrong password is one line, without it", async () => {
    const args = ["list", "--os-cloud", "glance", "--os-password", "not-this-one"];
    const { code, stdout, stderr } = await imagetagsIn(folder, {})(...args);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /^imagetags: .*401.*\n$/);
    assert.ok(!stderr.includes("not-this-one"), stderr);
  });
}
