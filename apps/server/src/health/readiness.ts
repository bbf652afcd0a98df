import { access } from "node:fs/promises";
import type { Obstacle } from "@imagetags/contract";
import { StorageFull } from "../images/model/image-data-store.ts";
import { StoreUnavailable } from "../images/model/image-store.ts";
import {
  databaseObstacles,
  lookAtDatabase,
  type DatabaseFound,
  type DatabaseHealth,
} from "./look-at-database.ts";
import { NotReady } from "./not-ready.ts";
import { SharedQuestion } from "./shared-question.ts";

/** Health is asked about every second or two, and a load balancer gives up after a few. */
const LIMITS = { lifetime: 250, patience: 2_000 };

/** What a server cannot do without. */
export interface ReadinessParts {
  readonly database: DatabaseHealth;
  readonly identity: {
    /** Whether it was reached since the start. `undefined`: it need not be. */
    wasReached?(): boolean;
    /** Tries to reach it. Never rejects. */
    open?(): Promise<void>;
  };
  /** Rejects when image data has no room. `undefined`: no image data is kept here. */
  readonly checkRoom: (() => Promise<void>) | undefined;
  /** A file that takes the server out of service while it is there. */
  readonly disableFile: string | undefined;
  /** Is told when what stands in the way has changed. */
  readonly report: (sentence: string) => void;
}

/** Whether the server can do its work. Anybody may ask, so asking costs next to nothing. */
export class Readiness {
  readonly #parts: ReadinessParts;
  readonly #database: SharedQuestion<DatabaseFound>;
  readonly #identity: SharedQuestion<Obstacle[]>;
  readonly #storage: SharedQuestion<Obstacle[]>;
  #isDraining = false;
  #reported = "";

  constructor(parts: ReadinessParts) {
    this.#parts = parts;
    const tooLate = { failure: new StoreUnavailable("The database does not answer."), isOutdated: false };
    this.#database = new SharedQuestion(
      () => lookAtDatabase(parts.database),
      LIMITS,
      () => tooLate,
    );
    this.#identity = new SharedQuestion(
      () => this.#reachIdentity(),
      LIMITS,
      () => [NEVER_REACHED],
    );
    this.#storage = new SharedQuestion(
      () => this.#lookAtStorage(),
      LIMITS,
      () => [STORAGE_UNAVAILABLE],
    );
  }

  /** From now on the server is not ready. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Rejects with {@link NotReady} while the server is being taken out of service. */
  async checkInService(): Promise<void> {
    const leaving = await this.#leaving();
    if (leaving.length > 0) throw new NotReady(leaving);
  }

  /** Rejects with what keeps the database from being written. */
  async checkDatabase(): Promise<void> {
    const { failure } = await this.#database.ask();
    if (failure !== undefined) throw failure;
  }

  /** Rejects with a {@link NotReady} that has everything that stands in the way. */
  async check(): Promise<void> {
    const found = await Promise.all([
      this.#leaving(),
      this.#database.ask().then(databaseObstacles),
      this.#identity.ask(),
      this.#storage.ask(),
    ]);
    const obstacles = found.flat();
    const notReady = new NotReady(obstacles);
    this.#tell(notReady.message);
    if (obstacles.length > 0) throw notReady;
  }

  #tell(obstacles: string): void {
    if (obstacles === this.#reported) return;
    this.#reported = obstacles;
    this.#parts.report(obstacles === "" ? "Ready again." : `Not ready: ${obstacles}`);
  }

  async #leaving(): Promise<Obstacle[]> {
    if (this.#isDraining) return [DRAINING];
    const { disableFile } = this.#parts;
    return disableFile !== undefined && (await exists(disableFile)) ? [DISABLED] : [];
  }

  /** Tries itself: without requests nobody else would. */
  async #reachIdentity(): Promise<Obstacle[]> {
    const { identity } = this.#parts;
    if (identity.wasReached?.() === false) await identity.open?.();
    return identity.wasReached?.() === false ? [NEVER_REACHED] : [];
  }

  async #lookAtStorage(): Promise<Obstacle[]> {
    try {
      await this.#parts.checkRoom?.();
      return [];
    } catch (error) {
      return [error instanceof StorageFull ? STORAGE_FULL : STORAGE_UNAVAILABLE];
    }
  }
}

const DRAINING: Obstacle = { obstacle: "draining", message: "The server is about to end." };
const DISABLED: Obstacle = {
  obstacle: "disabled-by-file",
  message: "The file that IMAGETAGS_DISABLE_BY_FILE names is there.",
};
const NEVER_REACHED: Obstacle = {
  obstacle: "identity-never-reached",
  message: "Keystone has not answered since the server started, so no token can be checked.",
};
const STORAGE_FULL: Obstacle = {
  obstacle: "storage-full",
  message: "The disk of IMAGETAGS_DATA_DIR has no more room than is kept free there.",
};
const STORAGE_UNAVAILABLE: Obstacle = {
  obstacle: "storage-unavailable",
  message: "The images folder of IMAGETAGS_DATA_DIR cannot be looked at.",
};

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
