import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ini } from "@imagetags/testing/processes/ini";
import { REGION, type Keystone } from "@imagetags/testing/keystone/start-keystone";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Outcome } from "../../lib/compatibility.ts";

const OUTCOMES = fileURLToPath(new URL("outcomes.py", import.meta.url));
const PYTHON_PACKAGES = "/usr/lib/python3/dist-packages";
const LIMIT_MS = 1_200_000;

/**
 * Runs the tests of tempest whose names begin with a prefix, with users and projects that it makes itself.
 * `keystone` whose catalog names the services, and `further` settings by section. Those whose names begin with `except` after
 * it are left out. Returns in order of their names, which come without the prefix.
 */
export async function runTempest(
  keystone: Keystone,
  prefix: string,
  {
    further = {},
    except,
  }: {
    readonly further?: Readonly<Record<string, Readonly<Record<string, string | boolean>>>>;
    readonly except?: string;
  } = {},
): Promise<Outcome[]> {
  using folder = temporaryFolder("tempest");
  const { path } = folder;
  const settings = join(path, "tempest.conf");
  const locks = join(path, "locks");
  mkdirSync(locks);
  const { admin } = keystone;
  writeFileSync(
    settings,
    ini({
      DEFAULT: { log_file: join(path, "tempest.log") },
      oslo_concurrency: { lock_path: locks },
      auth: {
        use_dynamic_credentials: true,
        create_isolated_networks: false,
        tempest_roles: "member",
        admin_username: admin.name,
        admin_password: admin.password,
        admin_project_name: admin.project.name,
        admin_domain_name: "Default",
      },
      identity: { uri_v3: keystone.url, auth_version: "v3", region: REGION },
      service_available: {
        glance: true,
        cinder: false,
        horizon: false,
        neutron: false,
        nova: false,
        swift: false,
      },
      image: { build_timeout: 30, ...further["image"] },
      "image-feature-enabled": {
        import_image: true,
        os_glance_reserved: true,
        ...further["image-feature-enabled"],
      },
    }),
  );
  writeFileSync(
    join(path, ".stestr.conf"),
    ini({ DEFAULT: { test_path: join(PYTHON_PACKAGES, "tempest/test_discover"), top_dir: PYTHON_PACKAGES } }),
  );
  const env = { HOME: path };
  const beginning = (text: string): string => `^${text.replaceAll(".", "\\.")}`;
  const selection = ["--config-file", settings, "--regex", beginning(prefix)];
  if (except !== undefined) selection.push("--exclude-regex", beginning(`${prefix}${except}`));
  // Its output is binary, so it is written to a file.
  const written = join(path, "subunit");
  await runToEnd("sh", ["-c", `tempest run --concurrency 2 --subunit "$@" >"$0"`, written, ...selection], {
    env,
    folder: path,
    limit: LIMIT_MS,
  });
  const listed = await runToEnd("tempest", ["run", "--list-tests", ...selection], { env, folder: path });
  const found: Record<string, { status: string; said: string }> = JSON.parse(
    await runToEnd("/usr/bin/python3", [OUTCOMES, written]),
  );
  return listed
    .split("\n")
    .filter((line) => line.startsWith(prefix))
    .map((id) => outcomeOf(id, found, prefix))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** A class that is skipped as a whole, or fails before its first test, is reported in place of its tests. */
function outcomeOf(
  id: string,
  found: Record<string, { status: string; said: string }>,
  prefix: string,
): Outcome {
  const test = id.replace(/\[.*/, "");
  const name = test.slice(prefix.length);
  const itsClass = test.replace(/\.[^.]*$/, "");
  const own = found[id];
  const reported = own === undefined || own.status === "exists" ? found[`setUpClass (${itsClass})`] : own;
  if (reported === undefined) return { name, status: "failed", said: "tempest reported nothing of it" };
  if (reported.status === "success") return { name, status: "passed", said: "" };
  return { name, status: reported.status === "skip" ? "skipped" : "failed", said: reported.said };
}
