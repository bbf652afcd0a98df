import type { ConsoleSettings, OwnProjects, Session, SignedIn, SignIn } from "@imagetags/contract/console";
import { consoleUrl } from "./places.ts";

/** What the server says about itself to whoever opens the page. */
export type ServerSettings = ConsoleSettings;
/** Whose a token is. Names are `null` where tokens come from a file. */
export type Identity = Session;
/** A token that the server got from its Keystone, and whose it is. */
export type Grant = SignedIn;
export type { SignIn };

/** The server's refusal, in its own words. */
export class ConsoleRefusal extends Error {
  override readonly name = "ConsoleRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** `undefined` of a server that serves the page alone. */
export async function readSettings(): Promise<ServerSettings | undefined> {
  return await optional(ask<ServerSettings>("settings"));
}

export async function signIn(body: SignIn): Promise<Grant> {
  return await ask<Grant>("session", { method: "POST", body: JSON.stringify(body) });
}

/** Whose this token is; `undefined` where the server does not say. */
export async function readIdentity(token: string): Promise<Identity | undefined> {
  return await optional(ask<Identity>("session", { token }));
}

/** The projects that a token can be had for. */
export async function readProjects(token: string): Promise<OwnProjects> {
  return await ask<OwnProjects>("session/projects", { token });
}

async function optional<T>(reply: Promise<T>): Promise<T | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof ConsoleRefusal && error.status === 404) return undefined;
    throw error;
  }
}

interface Ask {
  readonly method?: string;
  readonly body?: string;
  readonly token?: string;
}

async function ask<T>(path: string, { method = "GET", body, token }: Ask = {}): Promise<T> {
  const headers = {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(token === undefined ? {} : { "x-auth-token": token }),
  };
  const reply = await fetch(consoleUrl(path), { method, headers, body: body ?? null, credentials: "omit" });
  const told: unknown = await reply.json().catch(() => undefined);
  if (!reply.ok) throw new ConsoleRefusal(reply.status, messageOf(told) ?? `HTTP ${reply.status}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server that serves this page is built with it
  return told as T;
}

function messageOf(told: unknown): string | undefined {
  if (typeof told !== "object" || told === null || !("error" in told)) return undefined;
  const { error } = told;
  if (typeof error !== "object" || error === null || !("message" in error)) return undefined;
  return typeof error.message === "string" ? error.message : undefined;
}
