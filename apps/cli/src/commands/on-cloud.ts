import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Client } from "@imagetags/client";
import { readCloudOptions } from "../options/cloud-options.ts";
import { readReportOptions } from "../options/report-options.ts";
import { detail, setVerbosity } from "../terminal/notes.ts";

/**
 * Does a task on the cloud that a command's options name. The process ends with the exit code that the task resolves
 * with. The client, which takes time to load, is loaded only here.
 */
export async function onCloud(
  command: CommandUnknownOpts,
  task: (client: Client) => Promise<number>,
): Promise<void> {
  const { verbosity, debug, timing } = readReportOptions(command);
  setVerbosity(verbosity);
  const log =
    debug || timing ? (await import("../cloud/request-log.ts")).logRequests({ debug, timing }) : undefined;
  try {
    const { connect } = await import("../cloud/connect.ts");
    const { client, endpoint } = await connect(readCloudOptions(command));
    try {
      if (verbosity === "verbose") detail(`The image service is at ${await endpoint()}.`);
      process.exitCode = await task(client);
    } catch (error) {
      const { atEndpoint } = await import("../cloud/at-endpoint.ts");
      throw await atEndpoint(error, endpoint);
    }
  } finally {
    log?.end();
  }
}
