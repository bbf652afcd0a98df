import { z } from "zod";
import { TAG_PROFILES } from "../wire/tag.ts";

/** What a page must know of the server before anybody has signed in. */
export const consoleSettings = z.object({
  /** How callers are known: by the tokens file of the server, or by Keystone. */
  auth: z.enum(["static", "keystone"]),
  /** The ways to sign in. A token can always be pasted. */
  sign_in: z.array(z.enum(["token", "password", "application_credential"])),
  profile: z.enum(TAG_PROFILES),
  /** The version of the server. */
  version: z.string(),
  /** How many tags an image may bear; `null`: any number. */
  tag_quota: z.int().nullable(),
  /** Whether the server stands in front of a Glance, which does all that is not about tags. */
  glance: z.boolean(),
  /** Whether the API page is served, at `/docs/`. */
  api_page: z.boolean(),
});

/** See {@link consoleSettings}. */
export type ConsoleSettings = z.infer<typeof consoleSettings>;
