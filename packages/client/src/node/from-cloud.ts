import type { ClientOptions } from "../client.ts";
import { cloudSettings } from "./cloud-settings.ts";
import { optionsOfCloud } from "./options-of-cloud.ts";

/**
 * What {@link fromCloud} takes besides the name.
 *
 * @example
 * const options: CloudOptions = { region: "RegionTwo", overrides: { project_name: "images" } };
 */
export interface CloudOptions {
  /** The region, in the place of the cloud's first. */
  readonly region?: string | undefined;
  /**
   * Settings that win over those of files and environment, by the names that `clouds.yaml` has for them, those under
   * `auth` included: what a command line takes as `--os-project-name` is `project_name` here. What is `undefined` or
   * empty overrides nothing. One that stands for another, as `project_name` for `project_id`, makes the other void.
   */
  readonly overrides?: Readonly<Record<string, string | boolean | undefined>>;
  /** Settings that hold where neither file nor environment says anything else, by the same names. */
  readonly defaults?: Readonly<Record<string, string | undefined>>;
  /** The environment, in the place of the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder that is looked into first, in the place of the process's. */
  readonly folder?: string;
}

/**
 * The options for {@link createClient} of a cloud in `clouds.yaml`, as openstacksdk reads it: `clouds.yaml`,
 * `secure.yaml` and `clouds-public.yaml` (or `.yml`, `.json`) of the current folder, `~/.config/openstack` and
 * `/etc/openstack`; `OS_CLIENT_CONFIG_FILE` and `OS_CLIENT_SECURE_FILE` name others. Without a name the cloud is that
 * of `OS_CLOUD`; without that the one which `OS_AUTH_URL`, `OS_USERNAME` and so on describe; without those the only
 * one of the file. With a name, no variable adds to the cloud's settings.
 *
 * The ways to authenticate (`auth_type`) are `password`, `token`, `v3applicationcredential` and, for a server without
 * Keystone, `admin_token`. Of `interface`, `region_name`, `endpoint_override` and `service_type` those for the image
 * service alone (`image_interface`) win. `verify`, `insecure`, `cacert`, `cert` and `key` are obeyed, and
 * `api_timeout` is the time limit of a call. Requests take the proxies of `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and
 * `NO_PROXY`, and servers are held to the authorities of `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` or `SSL_CERT_FILE`
 * where the cloud names none. The profiles of vendors that openstacksdk brings along are not known:
 * give them in `clouds-public.yaml`.
 *
 * @throws {InvalidCloudError} when there is no such cloud, or it cannot be used
 * @throws {InvalidEnvironmentError} when a variable names no proxy, or authorities that cannot be read
 *
 * @example
 * const client = createClient(fromCloud("mycloud"));
 * const ims = createClient({ ...fromCloud("othercloud", { region: "eu-de" }), profile: "ims" });
 */
export function fromCloud(name?: string, options: CloudOptions = {}): ClientOptions {
  const { region, overrides = {}, defaults, env = process.env, folder = process.cwd() } = options;
  return optionsOfCloud(cloudSettings(name, { env, folder }, { region, overrides, defaults }), env);
}
