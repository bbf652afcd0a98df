import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";

/** Ours alone, which Glance does not know. */
const OURS: ReadonlySet<string> = new Set(["add_image_tag", "delete_image_tag", "get_tag_events"]);

/** Glance's rules that the server asks, by their names, with their defaults, as it prints them. */
export async function servedRules(): Promise<Record<string, string>> {
  using folder = temporaryFolder("rules");
  const { stdout } = await runServer(["policy"], {}, folder.path);
  const rules = [...stdout.matchAll(/^#?"([a-z_]+)": "(.*)"$/gm)].flatMap(([, name = "", rule = ""]) =>
    OURS.has(name) ? [] : [[name, rule] as const],
  );
  if (rules.length === 0) throw new Error(`The server prints no rules: ${stdout}`);
  return Object.fromEntries(rules);
}
