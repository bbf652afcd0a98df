import type { ServerResponse } from "node:http";
import { StandInKeystone, type AskedOfKeystone } from "@imagetags/testing/keystone/stand-in-keystone";

export const PASSWORD = "anna's password";
export const CREDENTIAL = { id: "credential-of-anna", secret: "the secret of the credential" };
/** The projects of anna, their names by id. */
const PROJECTS: ReadonlyMap<string, string> = new Map([
  ["blue", "Blue"],
  ["red", "Red"],
]);

/** A stand-in for Keystone in which anna has a password, two projects and an application credential of the first. */
export interface PeopledKeystone extends AsyncDisposable {
  /** The settings of a server that asks it. */
  readonly env: Record<string, string>;
  /** How often anna was let in. */
  readonly signIns: () => number;
  /** Sets whether she is let in. */
  readonly open: (isOpen: boolean) => void;
  /** Makes a token of hers, as a command would get it. */
  readonly token: () => string;
}

/** Starts one whose tokens live so long, in milliseconds. */
export async function startPeopledKeystone(lifetime: number): Promise<PeopledKeystone> {
  const tokens = new Map<string, object>();
  let isOpen = true;

  function give(project: string | undefined): string {
    const token = `token-${tokens.size + 1}-of-anna`;
    const expiresAt = Date.now() + lifetime;
    tokens.set(token, told(project, expiresAt));
    keystone.know(token, { userId: "anna", projectId: project ?? null, roles: ["member"], expiresAt });
    return token;
  }

  function letIn(asked: string, response: ServerResponse): boolean {
    if (asked.includes("the-servers-own-password")) return false;
    const isByCredential = asked.includes(CREDENTIAL.secret);
    const secrets = [PASSWORD, CREDENTIAL.secret, ...tokens.keys()];
    if (!isOpen || !secrets.some((secret) => asked.includes(JSON.stringify(secret))))
      return answer(response, 401, {});
    const named = [...PROJECTS].find(
      ([id, name]) =>
        asked.includes(`"project":{"id":"${id}"`) || asked.includes(`"project":{"name":"${name}"`),
    );
    const token = give(isByCredential ? "blue" : named?.[0]);
    return answer(response, 201, tokens.get(token) ?? {}, token);
  }

  function play({ method, url, headers, body }: AskedOfKeystone, response: ServerResponse): boolean {
    if (method === "POST") return letIn(JSON.stringify(body), response);
    const own = tokens.get(String(headers["x-auth-token"]));
    if (own === undefined) return false;
    if (!url.startsWith("/v3/auth/projects")) return answer(response, 200, own);
    const projects = [...PROJECTS].map(([id, name]) => ({ id, name, domain_id: "default" }));
    return answer(response, 200, { projects, links: { next: null } });
  }

  const keystone = await StandInKeystone.start({ misbehaviour: play });
  return {
    env: keystone.env,
    signIns: () => tokens.size,
    open: (now) => void (isOpen = now),
    token: () => give("blue"),
    [Symbol.asyncDispose]: () => keystone[Symbol.asyncDispose](),
  };
}

/** A token as Keystone tells of it. */
function told(project: string | undefined, expiresAt: number): object {
  const domain = { id: "default", name: "Default" };
  return {
    token: {
      expires_at: new Date(expiresAt).toISOString().replace("Z", "000Z"),
      user: { id: "anna", name: "Anna", domain },
      ...(project === undefined ? {} : { project: { id: project, name: PROJECTS.get(project), domain } }),
      roles: [{ id: "id-of-member", name: "member" }],
    },
  };
}

function answer(response: ServerResponse, status: number, body: object, token?: string): true {
  const headers = {
    "Content-Type": "application/json",
    ...(token !== undefined && { "X-Subject-Token": token }),
  };
  response.writeHead(status, headers).end(JSON.stringify(body));
  return true;
}
