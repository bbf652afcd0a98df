import { TAG_PROFILES } from "@imagetags/contract";
import { it } from "vitest";
import { EXAMPLE_IDS } from "../testing/examples/example-ids.ts";
import { ExampleRecorder } from "../testing/examples/example-recorder.ts";
import { recordCloudTags } from "../testing/examples/record-cloud-tags.ts";
import { recordDiscovery, recordMembers } from "../testing/examples/record-discovery.ts";
import { recordImageData } from "../testing/examples/record-image-data.ts";
import { recordImageTags } from "../testing/examples/record-image-tags.ts";
import { recordDeletion, recordImages } from "../testing/examples/record-images.ts";
import { recordCommonErrors, recordTroubles } from "../testing/examples/record-troubles.ts";
import { steadyText } from "../testing/examples/steady-text.ts";
import { startTestServer } from "../testing/test-server.ts";

/** The examples of `openapi.json`. To write them anew: `vitest run --project server recorded-examples --update`. */
const FILE = "../../../../packages/contract/src/examples/recorded.json";

it.concurrent.for(TAG_PROFILES)(
  "the server of the profile %s answers every example of the document as it is written there",
  async (profile, { expect }) => {
    await using server = await startTestServer({ env: { IMAGETAGS_TAG_PROFILE: profile } });
    const recorder = new ExampleRecorder(server, profile);
    await recordImages(recorder);
    await recordImageTags(recorder);
    await recordCloudTags(recorder);
    await recordMembers(recorder);
    await recordImageData(recorder);
    await recordCommonErrors(recorder);
    await recordDeletion(recorder);
    await recordDiscovery(recorder);
    await recordTroubles(recorder);
    const text = `${JSON.stringify(recorder.recorded(), null, 2)}\n`;
    await expect(steadyText(text, new Set(Object.values(EXAMPLE_IDS)), server.port)).toMatchFileSnapshot(
      FILE,
    );
  },
);
