import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cloudSettings } from "./cloud-settings.ts";
import type { CloudSettings } from "./settings.ts";

const SCRIPT = fileURLToPath(new URL("../testing/read-clouds.py", import.meta.url));
const PYTHON = "/usr/bin/python3";
const hasSdk = spawnSync(PYTHON, ["-c", "import openstack.config"]).status === 0;

interface Case {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly region?: string;
}

const PASSWORD_CLOUD = `
clouds:
  one:
    auth: { auth_url: "http://k:5000/v3", username: u, password: p, project_name: pr,
            user_domain_name: Default, project_domain_name: Default }
    region_name: R1
`;
const OS = {
  OS_AUTH_URL: "http://env:5000/v3",
  OS_USERNAME: "eu",
  OS_PASSWORD: "ep",
  OS_PROJECT_NAME: "epr",
  OS_USER_DOMAIN_NAME: "ED",
  OS_PROJECT_DOMAIN_ID: "edi",
};

const CASES: readonly Case[] = [
  { what: "the only cloud of the current folder", files: { "clouds.yaml": PASSWORD_CLOUD } },
  { what: "a cloud by name", files: { "clouds.yaml": PASSWORD_CLOUD }, name: "one" },
  { what: "a cloud that is not there", files: { "clouds.yaml": PASSWORD_CLOUD }, name: "two" },
  { what: "the home folder", files: { "home/.config/openstack/clouds.yaml": PASSWORD_CLOUD } },
  {
    what: "the current folder before the home folder, and .yaml before .yml",
    files: {
      "clouds.yaml": PASSWORD_CLOUD,
      "clouds.yml": PASSWORD_CLOUD.replaceAll("one", "yml"),
      "home/.config/openstack/clouds.yaml": PASSWORD_CLOUD.replaceAll("one", "home"),
    },
  },
  {
    what: "JSON",
    files: {
      "clouds.json": JSON.stringify({
        clouds: { j: { auth: { auth_url: "http://j", token: 7 }, auth_type: "token" } },
      }),
    },
  },
  {
    what: "XDG_CONFIG_HOME",
    files: { "xdg/openstack/clouds.yaml": PASSWORD_CLOUD },
    env: { XDG_CONFIG_HOME: "{folder}/xdg" },
  },
  {
    what: "OS_CLIENT_CONFIG_FILE and OS_CLIENT_SECURE_FILE",
    files: {
      "clouds.yaml": PASSWORD_CLOUD,
      "a.yaml": PASSWORD_CLOUD.replaceAll("one", "a"),
      "b.yaml": "clouds: { a: { auth: { password: s } } }",
    },
    env: { OS_CLIENT_CONFIG_FILE: "{folder}/a.yaml", OS_CLIENT_SECURE_FILE: "{folder}/b.yaml" },
  },
  {
    what: "OS_CLIENT_CONFIG_FILE of a file that is not there",
    files: { "clouds.yaml": PASSWORD_CLOUD },
    env: { OS_CLIENT_CONFIG_FILE: "{folder}/none.yaml" },
  },
  {
    what: "secrets of secure.yaml over those of clouds.yaml",
    files: {
      "clouds.yaml": PASSWORD_CLOUD,
      "home/.config/openstack/secure.yaml": "clouds: { one: { auth: { password: s }, region_name: R9 } }",
    },
  },
  { what: "the environment", files: {}, env: OS },
  { what: "the environment before the only cloud", files: { "clouds.yaml": PASSWORD_CLOUD }, env: OS },
  { what: "a name before the environment", files: { "clouds.yaml": PASSWORD_CLOUD }, env: OS, name: "one" },
  {
    what: "OS_CLOUD before the environment",
    files: { "clouds.yaml": PASSWORD_CLOUD },
    env: { ...OS, OS_CLOUD: "one" },
  },
  {
    what: "the environment by its own name",
    files: { "clouds.yaml": PASSWORD_CLOUD },
    env: { ...OS, OS_CLOUD: "envvars" },
  },
  { what: "the environment by another name", files: {}, env: { ...OS, OS_CLOUD_NAME: "mine" }, name: "mine" },
  {
    what: "a cloud of the environment's name",
    files: { "clouds.yaml": PASSWORD_CLOUD.replaceAll("one", "envvars") },
    env: OS,
  },
  {
    what: "a region beside a cloud",
    files: { "clouds.yaml": PASSWORD_CLOUD },
    env: { OS_CLOUD: "one", OS_REGION_NAME: "R7" },
  },
  { what: "a region in the environment", files: {}, env: { ...OS, OS_REGION_NAME: "R7" } },
  {
    what: "the environment's older names",
    files: {},
    env: {
      OS_AUTH_URL: "http://e",
      OS_USERNAME: "u",
      OS_PASSWORD: "p",
      OS_TENANT_NAME: "t",
      OS_DEFAULT_DOMAIN: "d",
    },
  },
  {
    what: "an interface in the environment",
    files: {},
    env: { ...OS, OS_INTERFACE: "internal", OS_CACERT: "/etc/hosts" },
  },
  {
    what: "an endpoint type in the environment",
    files: {},
    env: { ...OS, OS_ENDPOINT_TYPE: "internalURL", OS_INSECURE: "True" },
  },
  {
    what: "an application credential in the environment",
    files: {},
    env: {
      OS_AUTH_TYPE: "v3applicationcredential",
      OS_AUTH_URL: "http://e",
      OS_APPLICATION_CREDENTIAL_ID: "i",
      OS_APPLICATION_CREDENTIAL_SECRET: "s",
    },
  },
  {
    what: "the first of a list of regions",
    files: {
      "clouds.yaml": PASSWORD_CLOUD.replace(
        "region_name: R1",
        "regions: [R1, { name: R2, values: { image_endpoint_override: http://i2 } }]",
      ),
    },
  },
  {
    what: "a region of a list, with values",
    files: {
      "clouds.yaml": PASSWORD_CLOUD.replace(
        "region_name: R1",
        "regions: [R1, { name: R2, values: { image_endpoint_override: http://i2, auth: { project_name: p2 } } }]",
      ),
    },
    region: "R2",
  },
  { what: "a region that the cloud has not", files: { "clouds.yaml": PASSWORD_CLOUD }, region: "R2" },
  {
    what: "a region of a cloud that names none",
    files: { "clouds.yaml": PASSWORD_CLOUD.replace("region_name: R1", "") },
    region: "R2",
  },
  {
    what: "regions with commas",
    files: { "clouds.yaml": PASSWORD_CLOUD.replace("R1", "'R1,R2'") },
    region: "R2",
  },
  {
    what: "names with hyphens, and settings beside auth",
    files: {
      "clouds.yaml": `
clouds:
  h:
    auth: { auth-url: "http://k" , user-domain-name: x }
    username: u
    password: p
    project-id: pid
    tenant_name: tn
    project-domain-name: pd
    image_endpoint_type: internalURL
    image_service_type: image-x
`,
    },
  },
  {
    what: "a domain for user and project",
    files: {
      "clouds.yaml":
        "clouds: { d: { auth: { auth_url: http://k, username: u, password: p, project_name: n, domain_name: D } } }",
    },
  },
  {
    what: "a domain beside auth, and a user's own",
    files: {
      "clouds.yaml":
        "clouds: { d: { domain_id: did, auth: { auth_url: http://k, username: u, password: p, project_id: n, user_domain_id: own } } }",
    },
  },
  {
    what: "a domain to scope to",
    files: {
      "clouds.yaml":
        "clouds: { d: { domain_id: did, auth: { auth_url: http://k, username: u, password: p, user_domain_id: own } } }",
    },
  },
  {
    what: "a system scope",
    files: {
      "clouds.yaml":
        "clouds: { d: { auth: { auth_url: http://k, user_id: u, password: p, system_scope: all } } }",
    },
  },
  {
    what: "a vendor's profile of clouds-public.yaml",
    files: {
      "clouds.yaml": "clouds: { v: { profile: acme, auth: { username: u, password: p, project_name: x } } }",
      "clouds-public.yaml": `
public-clouds:
  acme:
    auth: { auth_url: "https://iam.{region_name}.example.com/v3", user_domain_name: AD, project_domain_name: AD, username: not-this }
    regions: [west, east]
    interface: internal
`,
    },
    region: "east",
  },
  {
    what: "a profile that is nowhere",
    files: { "clouds.yaml": PASSWORD_CLOUD.replace("region_name: R1", "profile: nowhere-to-be-found") },
  },
  {
    what: "TLS settings",
    files: {
      "clouds.yaml": PASSWORD_CLOUD.replace(
        "region_name: R1",
        "cacert: /etc/hosts\n    cert: /etc/hostname\n    key: /etc/passwd",
      ),
    },
  },
  {
    what: "insecure",
    files: {
      "clouds.yaml": PASSWORD_CLOUD.replace("region_name: R1", "insecure: true\n    cacert: /etc/hosts"),
    },
  },
  { what: "verify", files: { "clouds.yaml": PASSWORD_CLOUD.replace("region_name: R1", "verify: false") } },
  {
    what: "an endpoint of the image service",
    files: {
      "clouds.yaml": PASSWORD_CLOUD.replace(
        "region_name: R1",
        "image_endpoint_override: http://i\n    image_endpoint: http://other\n    image_interface: admin\n    image_region_name: R5",
      ),
    },
  },
  {
    what: "anchors, merged keys, numbers and YAML 1.1's words",
    files: {
      "clouds.yaml": `
base: &base
  auth: &auth { auth_url: "http://k", username: 12, password: 345, project_id: 6 }
  insecure: yes
clouds:
  m:
    <<: *base
    auth: { <<: *auth, user_domain_id: default }
`,
    },
  },
  { what: "an empty file", files: { "clouds.yaml": "" } },
  {
    what: "several clouds and no name",
    files: { "clouds.yaml": `${PASSWORD_CLOUD}  two: { auth: { auth_url: "http://2" } }\n` },
    name: "two",
  },
];

/** The same of ours as the script prints of openstacksdk's. */
function shown({ auth, ...settings }: CloudSettings): object {
  const text = (name: string) =>
    typeof settings[name] === "string" && settings[name] !== "" ? settings[name] : undefined;
  const insecure = [true, "true", "True"].includes(settings["insecure"] as string | boolean);
  const verify = insecure ? false : (settings["verify"] ?? true);
  // It is openstackclient's own, over openstacksdk: apps/cli/src/openstackclient.test.ts holds it.
  const { default_domain: _, ...read } = auth;
  return {
    auth_type: text("auth_type") ?? "password",
    auth: read,
    region: text("image_region_name") ?? text("region_name") ?? null,
    interface: settings["image_interface"] ?? settings["interface"],
    endpoint: text("image_endpoint_override") ?? text("image_endpoint") ?? null,
    service_type: text("image_service_type") ?? "image",
    verify: verify === true ? (settings["cacert"] ?? true) : verify,
    cert: settings["cert"] === undefined ? null : [settings["cert"], settings["key"]],
  };
}

test.skipIf(!hasSdk)("clouds are read as Debian's openstacksdk reads them", () => {
  const root = mkdtempSync(join(tmpdir(), "imagetags-clouds-"));
  try {
    const placed = CASES.map(({ files, env = {}, name, region }, index) => {
      const folder = join(root, String(index));
      mkdirSync(join(folder, "home"), { recursive: true });
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const variables = Object.entries({ HOME: "{folder}/home", ...env });
      return {
        folder,
        name,
        region,
        env: Object.fromEntries(variables.map(([key, value]) => [key, value.replace("{folder}", folder)])),
      };
    });
    const { stdout, stderr } = spawnSync(PYTHON, [SCRIPT], {
      input: JSON.stringify(placed),
      encoding: "utf8",
    });
    const theirs = stdout.trim().split("\n");
    expect(theirs, stderr).toHaveLength(CASES.length);

    for (const [index, { name, region, folder, env }] of placed.entries()) {
      const their = JSON.parse(theirs[index] ?? "");
      const what = CASES[index]?.what;
      const ours = () => shown(cloudSettings(name, { env, folder }, { region, overrides: {} }).settings);
      if ("error" in their) expect(ours, `${what}: ${their.error}`).toThrow();
      else expect(ours(), what).toEqual(their);
    }
  } finally {
    rmSync(root, { recursive: true });
  }
});
