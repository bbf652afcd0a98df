import type { ClientOptions } from "../client.ts";
import { InvalidCloudError } from "./invalid-cloud-error.ts";

/**
 * What {@link fromCloud} takes besides the name.
 *
 * @example
 * const options: CloudOptions = { region: "RegionTwo", overrides: { project_name: "images" } };
 */
export interface CloudOptions {
  /** The region, in the place of the cloud's. */
  readonly region?: string | undefined;
  /**
   * Settings that win over those of files and environment, by the names that `clouds.yaml` has for them, those under
   * `auth` included: what a command line takes as `--os-project-name` is `project_name` here.
   */
  readonly overrides?: Readonly<Record<string, string | boolean | undefined>>;
  /** The environment, in the place of the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder that `clouds.yaml` is first looked for in, in the place of the process's. */
  readonly folder?: string;
}

/**
 * The options for {@link createClient} of a cloud in `clouds.yaml`, as openstackclient and openstacksdk read it:
 * `clouds.yaml`, `secure.yaml` and `clouds-public.yaml` of the current folder, `~/.config/openstack` and
 * `/etc/openstack`, or the files that `OS_CLIENT_CONFIG_FILE`, `OS_CLIENT_SECURE_FILE` and `OS_CLIENT_VENDOR_FILE`
 * name. Without a name the cloud is that of `OS_CLOUD`; without that the variables `OS_AUTH_URL`, `OS_USERNAME` and so
 * on describe it.
 *
 * @throws {InvalidCloudError} when there is no such cloud, or it cannot be used
 *
 * @example
 * const client = createClient(fromCloud("mycloud"));
 */
export function fromCloud(name?: string, options: CloudOptions = {}): ClientOptions {
  throw new InvalidCloudError(`The cloud ${name ?? options.region} cannot be read yet.`);
}
