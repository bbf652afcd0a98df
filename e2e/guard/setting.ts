import type { Keystone } from "@imagetags/testing/keystone/start-keystone";
import type { startGlance } from "@imagetags/testing/glance/start-glance";
import type { ServerProcess } from "@imagetags/testing/server/start-server";
import type { Checks } from "../lib/checks.ts";
import type { ImageApi } from "../lib/image-api.ts";

/** A Glance with the guard on its tables, the servers beside it or in front of it, and how much is tried. */
export interface Setting {
  readonly checks: Checks;
  /** The database's, or how Glance is reached, for the names of checks. */
  readonly on: string;
  readonly keystone: Keystone;
  readonly glance: Awaited<ReturnType<typeof startGlance>>;
  /** All over one database. Callers may ask any. */
  readonly servers: readonly [ServerProcess, ...ServerProcess[]];
  /** Whether the servers stand in front of Glance, which then makes the images. */
  readonly inFront: boolean;
  /**
   * As an admin of the images' project meets them: where Glance is reached, which may be through a server, and where tags
   * are changed.
   */
  readonly atGlance: ImageApi;
  readonly atOurs: ImageApi;
  readonly token: string;
  /** Rounds of what is over at once. */
  readonly rounds: number;
  /** Where Glance may download from, of 127.0.0.1. */
  readonly webPort: number;
  /** Runs `imagetags-server guard`; resolves with the exit code. */
  readonly guard: (...args: string[]) => Promise<number>;
  /** Asks Glance's database for rows, each column as text. */
  readonly query: (statement: string) => Promise<string[][]>;
}

export const FORMATS = { disk_format: "raw", container_format: "bare" };
