import { consoleUrl } from "./places.ts";

/** What the server says about itself to whoever opens the page. */
export interface ServerSettings {
  readonly auth: "static" | "keystone";
  readonly profile: "glance" | "ims";
  readonly version: string;
  /** Whether it stands in front of a Glance. */
  readonly glance: boolean;
  /** Whether its API is described at `/docs`. */
  readonly api_page: boolean;
}

interface Named {
  readonly id: string;
  readonly name: string | null;
}

/** Whose a token is. Names are `null` where tokens come from a file. */
export interface Identity {
  /** When the token ends, in ISO 8601; `null` for never. */
  readonly expires_at: string | null;
  readonly user: Named;
  readonly project: Named | null;
  readonly roles: readonly string[];
}

/** A token that the server got from its Keystone. */
export interface Grant extends Identity {
  readonly token: string;
}

/** A project that a token can be had for. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domain_id: string;
}

type Domain = { readonly name: string };
type UserReference = { readonly name: string; readonly domain: Domain };

/** How somebody signs in. */
export type SignIn =
  | {
      readonly method: "password";
      readonly user: UserReference;
      readonly password: string;
      readonly project?: { readonly id: string } | { readonly name: string; readonly domain: Domain };
    }
  | { readonly method: "application_credential"; readonly id: string; readonly secret: string }
  | { readonly method: "token"; readonly token: string; readonly project: { readonly id: string } };

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
export async function readProjects(token: string): Promise<readonly Project[]> {
  const reply = await ask<{ projects: readonly Project[] }>("session/projects", { token });
  return reply.projects;
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
