import type { Keystone } from "@imagetags/testing/keystone/start-keystone";
import type { startGlance } from "@imagetags/testing/glance/start-glance";
import type { ServerProcess } from "@imagetags/testing/server/start-server";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";

/** A Glance with the guard on its tables, the server beside it, and how much is tried. */
export interface Setting {
  readonly checks: Checks;
  /** The database's, for the names of checks. */
  readonly on: string;
  readonly keystone: Keystone;
  readonly glance: Awaited<ReturnType<typeof startGlance>>;
  readonly server: ServerProcess;
  /** Both servers as an admin of the images' project meets them. */
  readonly atGlance: ImageApi;
  readonly atOurs: ImageApi;
  readonly token: string;
  /** Rounds of what is over at once. */
  readonly rounds: number;
  /** Where Glance may download from, of 127.0.0.1. */
  readonly webPort: number;
  /** Runs `imagetags-server guard`; resolves with the exit code. */
  readonly guard: (...args: string[]) => Promise<number>;
  /** Kills the database and starts it again. */
  readonly crashDatabase: () => Promise<void>;
}

export const FORMATS = { disk_format: "raw", container_format: "bare" };
