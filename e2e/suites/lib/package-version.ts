import { runToEnd } from "@imagetags/testing/processes/run-to-end";

/** The version that Debian packages under a name, without what Debian adds to it. */
export async function packageVersion(name: string): Promise<string> {
  const installed = await runToEnd("dpkg-query", ["-W", "-f", "${Version}", name]);
  return installed.replace(/^\d+:/, "").replace(/[-+~].*/, "");
}
