// What libraries do with images and tags, which Python itself has to call.
import { pythonChecks } from "./lib/python-checks.ts";
import { DELTA, GAMMA, type Setting } from "./lib/server.ts";

export async function libraryChecks(setting: Setting): Promise<void> {
  const endpoint = { IMAGE_ENDPOINT: `${setting.server.url}/v2` };
  await pythonChecks(setting, "openstacksdk", "sdk-tags.py", { ...endpoint, TOKEN: GAMMA.token });
  await pythonChecks(setting, "libcloud", "libcloud-images.py", {
    ...endpoint,
    TOKEN: GAMMA.token,
    MEMBER: DELTA.project,
    MEMBER_TOKEN: DELTA.token,
  });
}
