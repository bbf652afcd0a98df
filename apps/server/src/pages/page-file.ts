import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** How the bytes of a file may go out. */
export type Coding = "br" | "gzip" | "identity";

/** The bytes of a file in one coding, which all replies share, with their entity tag. */
export interface Representation {
  readonly bytes: Buffer;
  readonly entityTag: string;
}

/** The ends of names by which a file lies there in a coding. */
export const CODING_SUFFIXES = { br: ".br", gzip: ".gz", identity: "" } as const satisfies Record<
  Coding,
  string
>;

/** A file of a page. It is read when it is asked for first, and kept. */
export class PageFile {
  readonly mediaType: string;
  /** Whether its name tells what is in it, so that it never changes. */
  readonly isImmutable: boolean;
  readonly #path: string;
  readonly #there: ReadonlySet<Coding>;
  readonly #read = new Map<Coding, Promise<Representation>>();

  /** `there` are the codings in which the file lies at `path`, with their suffixes. */
  constructor(path: string, mediaType: string, isImmutable: boolean, there: ReadonlySet<Coding>) {
    this.#path = path;
    this.mediaType = mediaType;
    this.isImmutable = isImmutable;
    this.#there = there;
  }

  /** The coding in which it goes to a caller who accepts these: the smallest that it lies there in. */
  codingFor(accepts: (coding: Exclude<Coding, "identity">) => boolean): Coding {
    if (this.#there.has("br") && accepts("br")) return "br";
    if (this.#there.has("gzip") && accepts("gzip")) return "gzip";
    return "identity";
  }

  async as(coding: Coding): Promise<Representation> {
    const known = this.#read.get(coding) ?? this.#load(coding);
    this.#read.set(coding, known);
    try {
      return await known;
    } catch (error) {
      // A later request may find it.
      this.#read.delete(coding);
      throw error;
    }
  }

  async #load(coding: Coding): Promise<Representation> {
    const bytes = await this.#bytes(coding);
    return { bytes, entityTag: `"${hash("sha256", bytes, "base64url")}"` };
  }

  /** What lies there compressed alone is unpacked for the few who do not take that. */
  async #bytes(coding: Coding): Promise<Buffer> {
    if (coding !== "identity" || this.#there.has("identity")) {
      return await readFile(`${this.#path}${CODING_SUFFIXES[coding]}`);
    }
    return await promisify(gunzip)(await readFile(`${this.#path}${CODING_SUFFIXES.gzip}`));
  }
}
