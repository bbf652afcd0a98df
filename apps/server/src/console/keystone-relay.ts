import { setTimeout as sleep } from "node:timers/promises";
import type { OwnProjects, Session, SignedIn, SignIn } from "@imagetags/contract/console";
import { IdentityUnavailable } from "../identity/caller.ts";
import {
  KeystoneHttp,
  type KeystoneAddress,
  type KeystoneReply,
  type KeystoneRequest,
} from "../identity/keystone/keystone-http.ts";
import { KeystoneTrouble } from "../identity/keystone/keystone-trouble.ts";
import type { Outages } from "../identity/keystone/outages.ts";
import { readProjects, readSession } from "./keystone-answers.ts";
import { signInBody } from "./sign-in-body.ts";

/** Connections of their own, so that many who sign in keep nobody's token from being asked about. */
const CONNECTIONS = 4;
/** The most questions that are under way or wait for a connection. */
const MOST_QUESTIONS = 64;
/** The pause before a question is asked once more: a kept connection may just have been closed. */
const PAUSE = 50;
/** The most projects, and the most pages of them, that are asked for. */
const MOST_PROJECTS = 5_000;
const MOST_PAGES = 20;

/** Keystone's word that it does not take what it was sent. */
export const REFUSED = Symbol("refused");

/** How Keystone is asked for the page. */
export interface RelayOptions extends KeystoneAddress {
  /** The time that one question may take, in milliseconds. */
  readonly timeout: number;
  readonly outages: Outages;
  readonly clock: () => number;
}

/**
 * Asks the server's own Keystone what the page may ask, as whoever is at the page: for a token, whose it is, and for
 * their projects. Each throws an {@link IdentityUnavailable} where Keystone does not tell. Nothing is kept.
 */
export class KeystoneRelay implements AsyncDisposable {
  readonly #http: KeystoneHttp;
  readonly #options: RelayOptions;
  #asked = 0;

  constructor(options: RelayOptions) {
    this.#http = new KeystoneHttp({ ...options, connections: CONNECTIONS });
    this.#options = options;
  }

  async signIn(signIn: SignIn): Promise<SignedIn | typeof REFUSED> {
    const path = "/auth/tokens?nocatalog";
    const reply = await this.#ask({ method: "POST", path, body: signInBody(signIn) });
    if (reply === REFUSED) return REFUSED;
    const token = reply.header("x-subject-token");
    const session = reply.status === 201 ? readSession(reply.json) : undefined;
    if (token === undefined || session === undefined) throw this.#unreadable(reply, "a sign-in");
    return { token, ...session };
  }

  async show(token: string): Promise<Session | typeof REFUSED> {
    const headers = { "X-Auth-Token": token, "X-Subject-Token": token };
    const reply = await this.#ask({ method: "GET", path: "/auth/tokens?nocatalog", headers });
    if (reply === REFUSED) return REFUSED;
    const session = reply.status === 200 ? readSession(reply.json) : undefined;
    if (session === undefined) throw this.#unreadable(reply, "a question about a token");
    return session;
  }

  async projects(token: string): Promise<OwnProjects | typeof REFUSED> {
    const found: OwnProjects["projects"] = [];
    let query: string | undefined = "";
    let isCut = false;
    for (let page = 0; page < MOST_PAGES && query !== undefined && found.length < MOST_PROJECTS; page += 1) {
      const path = `/auth/projects${query}`;
      const reply = await this.#ask({ method: "GET", path, headers: { "X-Auth-Token": token } });
      if (reply === REFUSED) return REFUSED;
      const read = reply.status === 200 ? readProjects(reply.json) : undefined;
      if (read === undefined) throw this.#unreadable(reply, "a question for projects");
      found.push(...read.projects);
      isCut ||= read.isCut;
      query = read.next;
    }
    const projects = found.slice(0, MOST_PROJECTS).toSorted((one, other) => (one.name < other.name ? -1 : 1));
    return { projects, truncated: isCut || query !== undefined || found.length > MOST_PROJECTS };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http.close();
  }

  async #ask(what: KeystoneRequest): Promise<KeystoneReply | typeof REFUSED> {
    const { outages, timeout, clock } = this.#options;
    if (this.#asked >= MOST_QUESTIONS) {
      outages.overload(MOST_QUESTIONS);
      throw new IdentityUnavailable("Too many sign-ins are under way.");
    }
    const begin = clock();
    this.#asked += 1;
    try {
      const reply = await this.#send(what, AbortSignal.timeout(timeout));
      outages.answered();
      // 403 and 404 are about whom or what was named.
      return [400, 401, 403, 404].includes(reply.status) ? REFUSED : reply;
    } catch (error) {
      if (error instanceof KeystoneTrouble) outages.trouble(error, begin);
      throw error;
    } finally {
      this.#asked -= 1;
    }
  }

  /** Asks once more where the first try came to nothing, unless the time is over. */
  async #send(what: KeystoneRequest, signal: AbortSignal): Promise<KeystoneReply> {
    try {
      return await this.#answerTo(what, signal);
    } catch (error) {
      if (!(error instanceof KeystoneTrouble) || signal.aborted) throw error;
      await sleep(PAUSE);
      return await this.#answerTo(what, signal);
    }
  }

  async #answerTo(what: KeystoneRequest, signal: AbortSignal): Promise<KeystoneReply> {
    const reply = await this.#http.send(what, signal);
    if (reply.status < 500 && reply.status !== 429) return reply;
    throw new KeystoneTrouble("failing", `${this.#http.authUrl} answered ${reply.status}.`);
  }

  #unreadable({ status }: KeystoneReply, what: string): KeystoneTrouble {
    const trouble = new KeystoneTrouble(
      "failing",
      `${this.#http.authUrl} answered ${what} with what cannot be read (${status}).`,
    );
    this.#options.outages.trouble(trouble, this.#options.clock());
    return trouble;
  }
}
