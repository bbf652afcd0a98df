import { statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { StoreUnavailable } from "../../images/model/image-store.ts";

/** The time between two looks for the file, in milliseconds. */
const INTERVAL = 1_000;

/**
 * Notices when another file, or none, lies at the path of an open database. Nobody would see again what is
 * written to the old one. A database that is moved back is used again.
 */
export class FileWatch {
  readonly #path: string;
  readonly #opened: string;
  readonly #report: (problem: string) => void;
  readonly #timer: NodeJS.Timeout;
  #lost: StoreUnavailable | undefined;

  /** `report` is told once each time that the file is lost or found again. */
  constructor(path: string, report: (problem: string) => void) {
    this.#path = path;
    this.#report = report;
    const { dev, ino } = statSync(path, { bigint: true });
    this.#opened = `${dev} ${ino}`;
    this.#timer = setInterval(() => void this.#look(), INTERVAL);
    this.#timer.unref();
  }

  /** Why the database cannot be used; `undefined` while its file is at its path. */
  get lost(): StoreUnavailable | undefined {
    return this.#lost;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const found = await stat(this.#path, { bigint: true }).then(
      ({ dev, ino }) => `${dev} ${ino}`,
      (error: NodeJS.ErrnoException) => error.code ?? "unknown",
    );
    if ((found === this.#opened) === (this.#lost === undefined)) return;
    if (found === this.#opened) {
      this.#lost = undefined;
      this.#report(`The database file ${this.#path} is at its place again.`);
      return;
    }
    const problem =
      `The database file ${this.#path} was removed or replaced while it was open (${found}). ` +
      "Nothing is read or changed until it is back; start the server anew to use what is there.";
    this.#lost = new StoreUnavailable(problem);
    this.#report(problem);
  }
}
