import { readFileSync } from "node:fs";
import { createClient, type Client, type ClientOptions } from "@imagetags/client";
import { UsageError } from "../exit-code.ts";
import { fromEnvironment } from "./openstack-environment.ts";
import type { CloudOptions } from "../options/cloud-options.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const HOW_TO_SAY_WHICH =
  "Say which cloud: --os-cloud NAME for one of clouds.yaml, or --endpoint URL with a token for an image service " +
  "without Keystone.";

/** A client, and where its image service is. */
export interface Connection {
  readonly client: Client;
  readonly endpoint: () => Promise<string>;
}

/**
 * The client of the cloud that the options name, or else the environment: `IMAGETAGS_ENDPOINT`, or `OS_CLOUD` and
 * the other variables of openstackclient, or else the only one of `clouds.yaml`.
 *
 * @throws {UsageError} when none of them does
 */
export async function connect(options: CloudOptions, env: Environment = process.env): Promise<Connection> {
  const { profile, timeoutMs } = options;
  const client: ClientOptions = {
    ...(await whereAndWho(options, env)),
    ...(profile === undefined ? {} : { profile }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  const { session, endpoint } = client;
  return {
    client: createClient(client),
    endpoint: () => (session === undefined ? Promise.resolve(endpoint) : session.endpoint()),
  };
}

async function whereAndWho(options: CloudOptions, env: Environment): Promise<ClientOptions> {
  const namesCloud =
    options.cloud !== undefined || options.region !== undefined || Object.keys(options.overrides).length > 0;
  if (options.endpoint !== undefined && namesCloud) {
    throw new UsageError(
      "--endpoint is for an image service without Keystone: leave out --insecure and --os-….",
    );
  }
  const endpoint = options.endpoint ?? (namesCloud ? undefined : nonEmpty(env["IMAGETAGS_ENDPOINT"]));
  if (endpoint !== undefined) {
    return { endpoint, token: givenToken(options, env), ...(await surroundings(env)) };
  }
  if (options.token !== undefined || options.tokenFile !== undefined) {
    throw new UsageError("--token and --token-file go with --endpoint; a Keystone token is --os-token.");
  }
  const { fromCloud, InvalidCloudError } = await import("@imagetags/client/node");
  const { defaults, ...wins } = fromEnvironment(env);
  const region = options.region ?? wins.region;
  const overrides = { ...wins.overrides, ...options.overrides };
  try {
    return fromCloud(options.cloud, { region, overrides, defaults, env });
  } catch (error) {
    if (namesCloud || !(error instanceof InvalidCloudError)) throw error;
    throw new UsageError(`${error.message} ${HOW_TO_SAY_WHICH}`);
  }
}

/** How requests travel, where the environment says so; the module that reads it takes time to load. */
async function surroundings(env: Environment): Promise<Pick<ClientOptions, "fetch">> {
  const isConcerned = Object.keys(env).some((name) => /_proxy$|_CA_BUNDLE$|^SSL_CERT_FILE$/i.test(name));
  if (!isConcerned) return {};
  const { environmentFetch } = await import("@imagetags/client/node");
  return { fetch: environmentFetch(env) };
}

/** The token of an image service without Keystone; options win over the environment. */
function givenToken({ token, tokenFile }: CloudOptions, env: Environment): string {
  if (token !== undefined && tokenFile !== undefined) {
    throw new UsageError("--token and --token-file are two tokens; give one.");
  }
  if (token !== undefined) return token;
  if (tokenFile !== undefined) return tokenIn(tokenFile);
  const fromEnv = nonEmpty(env["IMAGETAGS_TOKEN"]);
  if (fromEnv !== undefined) return fromEnv;
  const fileOfEnv = nonEmpty(env["IMAGETAGS_TOKEN_FILE"]);
  if (fileOfEnv !== undefined) return tokenIn(fileOfEnv);
  throw new UsageError("There is no token: set IMAGETAGS_TOKEN, or give --token-file FILE.");
}

function tokenIn(file: string): string {
  try {
    // Editors and `echo` end a file with a line break, which is no part of the token.
    const token = readFileSync(file === "-" ? 0 : file, "utf8").trim();
    if (token !== "") return token;
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new UsageError(`The token file ${file} cannot be read (${reason}).`);
  }
  throw new UsageError(`The token file ${file} is empty.`);
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
