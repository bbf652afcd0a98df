import { initContract } from "@ts-rest/core";
import { z } from "zod";
import { imageActionsContract } from "./routes/actions.ts";
import { cloudTagsContract } from "./routes/cloud-tags.ts";
import { imageDataContract } from "./routes/data.ts";
import { healthContract } from "./routes/health.ts";
import { imagesContract } from "./routes/images.ts";
import { infoContract } from "./routes/info.ts";
import { imageMembersContract } from "./routes/members.ts";
import { schemasContract } from "./routes/schemas.ts";
import { tagActionsContract } from "./routes/tag-actions.ts";
import { tagEventsContract } from "./routes/tag-events.ts";
import { tagRulesContract } from "./routes/tag-rules.ts";
import { imageTagsContract } from "./routes/tags.ts";
import { versionsContract } from "./routes/versions.ts";
import type { TagProfile } from "./wire/tag.ts";

const c = initContract();

/** "Image ID stored through the image API, typically a UUID": any text is taken, an unknown one is 404. */
const imageId = z.string().meta({ description: "The image's id, typically a UUID." });

/** The one shape that both profiles' contracts have. Named part by part: written out as a whole it is too long for the compiler. */
export type Contract = {
  imageTags: ReturnType<typeof imageTagsContract>;
  cloudTags: ReturnType<typeof cloudTagsContract>;
  tagEvents: ReturnType<typeof tagEventsContract>;
  tagActions: ReturnType<typeof tagActionsContract>;
  tagRules: typeof tagRulesContract;
  images: ReturnType<typeof imagesContract>;
  imageData: ReturnType<typeof imageDataContract>;
  imageActions: ReturnType<typeof imageActionsContract>;
  imageMembers: ReturnType<typeof imageMembersContract>;
  schemas: typeof schemasContract;
  info: typeof infoContract;
  health: typeof healthContract;
  versions: typeof versionsContract;
};

/**
 * The contract of the image tags under one tag profile. Server, client, command line and `openapi.json`
 * are derived from it; nothing else describes what travels on the wire.
 */
export function createContract(profile: TagProfile): Contract {
  return c.router(
    {
      imageTags: imageTagsContract(imageId, profile),
      cloudTags: cloudTagsContract(profile),
      tagEvents: tagEventsContract(imageId),
      tagActions: tagActionsContract(profile),
      tagRules: tagRulesContract,
      images: imagesContract(imageId, profile),
      imageData: imageDataContract(imageId),
      imageActions: imageActionsContract(imageId),
      imageMembers: imageMembersContract(imageId),
      schemas: schemasContract,
      info: infoContract,
      health: healthContract,
      versions: versionsContract,
    },
    { strictStatusCodes: true },
  );
}

/** The contract with Glance's tag rule. */
export const glanceContract: Contract = /* @__PURE__ */ createContract("glance");

/** The contract with the Image Management Service's tag rule. */
export const imsContract: Contract = /* @__PURE__ */ createContract("ims");

/** The contract of a profile. */
export function contractFor(profile: TagProfile): Contract {
  return profile === "ims" ? imsContract : glanceContract;
}
