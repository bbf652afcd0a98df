type Environment = Readonly<Record<string, string | undefined>>;

/** What `openstack` uses where nothing names a domain. Source: osc-lib, osc_lib/shell.py, `DEFAULT_DOMAIN`. */
const DEFAULT_DOMAIN = "default";

/** What a cloud of `clouds.yaml` may leave to the environment, such as a password that is in no file. */
const FILLED = [
  "username",
  "user_id",
  "user_domain_id",
  "user_domain_name",
  "password",
  "project_id",
  "project_name",
  "project_domain_id",
  "project_domain_name",
  "domain_id",
  "domain_name",
  "system_scope",
  "cacert",
  "cert",
  "key",
];

/** What the environment adds to a cloud of `clouds.yaml`, by the names that the file has for the settings. */
export interface FromEnvironment {
  readonly region: string | undefined;
  /** What wins over the file. */
  readonly overrides: Readonly<Record<string, string>>;
  /** What only fills in what the file leaves open. */
  readonly defaults: Readonly<Record<string, string>>;
}

/**
 * Reads what openstackclient reads of the environment beyond openstacksdk. Variables for user and project win over a
 * named cloud there, and here they do not: a variable that is left from before shall not make a command change the
 * tags of another cloud.
 */
export function fromEnvironment(env: Environment): FromEnvironment {
  const value = (name: string) => env[`OS_${name.toUpperCase()}`] || undefined;
  const named = (names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const given = value(name);
        return given === undefined ? [] : [[name, given] as const];
      }),
    );
  return {
    region: value("region_name"),
    overrides: named(["interface", "default_domain"]),
    defaults: { default_domain: DEFAULT_DOMAIN, ...named(FILLED) },
  };
}
