import type { Mariadb } from "@imagetags/testing/databases/start-mariadb";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";

/** Both servers as one caller meets them. */
export type Both = Record<"glance" | "ours", ImageApi>;

/** Callers by what they are. */
export type Callers = Record<
  "a member of the owner" | "a reader of the owner" | "a member of beta" | "a reader of beta" | "admin",
  Both
>;

/**
 * What the checks work on: both servers as met by a member of project alpha, by one of beta, and by all
 * kinds.
 */
export interface SettingOfAll {
  readonly checks: Checks;
  readonly mariadb: Mariadb;
  readonly database: string;
  readonly beta: { project: string } & Both;
  readonly callers: Callers;
}

export type Setting = SettingOfAll & Both;
