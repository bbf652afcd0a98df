import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Client } from "@imagetags/client";
import { readCloudOptions } from "../options/cloud-options.ts";

/** Connects to the cloud that the options of a command name. All that takes time to load is loaded only then. */
export async function clientFor(command: CommandUnknownOpts): Promise<Client> {
  const { connect } = await import("../cloud/connect.ts");
  return await connect(readCloudOptions(command));
}
