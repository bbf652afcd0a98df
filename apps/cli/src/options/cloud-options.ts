import { Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { givenText, givenValue, isGiven } from "./given-value.ts";
import { seconds } from "./values.ts";

/** What openstackclient takes too, by the names that `clouds.yaml` has for the settings. */
const OPENSTACK_SETTINGS = [
  ["auth_url", "URL", "where Keystone is"],
  ["auth_type", "TYPE", "how to authenticate, where that does not follow from the rest"],
  ["username", "NAME", "the user"],
  ["user_id", "ID", "the user, by id"],
  ["user_domain_name", "NAME", "the domain of the user"],
  ["user_domain_id", "ID", "the same, by id"],
  ["password", "PASSWORD", "the password; better in OS_PASSWORD, where ps does not show it"],
  ["project_name", "NAME", "the project"],
  ["project_id", "ID", "the project, by id"],
  ["project_domain_name", "NAME", "the domain of the project"],
  ["project_domain_id", "ID", "the same, by id"],
  ["default_domain", "ID", "the domain of user and project where none is given (default: default)"],
  ["system_scope", "SCOPE", "all, to act on the whole cloud instead of in a project"],
  ["domain_name", "NAME", "a domain to act in, instead of a project"],
  ["domain_id", "ID", "the same, by id"],
  ["application_credential_id", "ID", "an application credential, instead of user and password"],
  ["application_credential_name", "NAME", "the same, by the name that its user gave it"],
  ["application_credential_secret", "SECRET", "its secret"],
  ["token", "TOKEN", "a Keystone token, instead of user and password"],
  ["interface", "KIND", "which endpoint of the catalog: public (default), internal or admin"],
  ["image_endpoint_override", "URL", "the image service, instead of the catalog's"],
  ["cacert", "FILE", "certificates of the authorities to trust, in PEM"],
] as const;

/** The tag rules that a cloud may have. */
export const PROFILES = ["glance", "ims"] as const;

/** Which cloud a command is about, and as whom, as far as its options tell. */
export interface CloudOptions {
  readonly cloud: string | undefined;
  readonly region: string | undefined;
  /** The rest of what openstackclient takes, by the names that `clouds.yaml` has for the settings. */
  readonly overrides: Readonly<Record<string, string | boolean>>;
  readonly endpoint: string | undefined;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly profile: (typeof PROFILES)[number] | undefined;
  readonly timeoutMs: number | undefined;
}

/** The options that every command takes, before its name or after it: those of our own first. */
export function cloudOptions(): Option[] {
  return [...ownOptions(), ...openstackOptions()];
}

/** Those that are not told one by one in the help, because openstackclient's users know them. */
export function openstackOptions(): Option[] {
  return OPENSTACK_SETTINGS.map(
    ([name, value, meaning]) => new Option(`--os-${name.replaceAll("_", "-")} <${value}>`, meaning),
  );
}

function ownOptions(): Option[] {
  return [
    new Option("--endpoint <URL>", "an image service without Keystone"),
    new Option(
      "--token <TOKEN>",
      "its token; better in IMAGETAGS_TOKEN or a file, where ps does not show it",
    ),
    new Option("--token-file <FILE>", "a file that holds its token; - is the standard input"),
    new Option("--profile <NAME>", "the tag rule of the cloud (default: glance)").choices(PROFILES),
    new Option("--timeout <SECONDS>", "how long a call may take, repeats included (default: 30)").argParser(
      seconds,
    ),
    new Option("--os-cloud <NAME>", "a cloud of clouds.yaml"),
    new Option("--os-region-name <NAME>", "the region"),
    new Option("--insecure", "trust any certificate of the cloud"),
  ];
}

/** Reads them. */
export function readCloudOptions(command: CommandUnknownOpts): CloudOptions {
  const text = (key: string) => givenText(command, key);
  const timeout = givenValue(command, "timeout");
  const overrides: Record<string, string | boolean> = {};
  for (const option of openstackOptions()) {
    const value = text(option.attributeName());
    if (value !== undefined) overrides[option.name().replace(/^os-/, "").replaceAll("-", "_")] = value;
  }
  if (isGiven(command, "insecure")) overrides["verify"] = false;
  return {
    cloud: text("osCloud"),
    region: text("osRegionName"),
    overrides,
    endpoint: text("endpoint"),
    token: text("token"),
    tokenFile: text("tokenFile"),
    profile: PROFILES.find((profile) => profile === text("profile")),
    timeoutMs: typeof timeout === "number" ? timeout : undefined,
  };
}
