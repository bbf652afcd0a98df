import { dismissAll } from "../notices/notices.ts";
import { createStore } from "../ui/store.ts";
import { ConsoleRefusal, signIn, type Grant, type Identity, type SignIn } from "../server/console-calls.ts";

/** Who is signed in. It lives in the page's memory alone and goes with it. */
export interface Session {
  readonly token: string;
  /** `undefined` where the server does not tell whose a token is. */
  readonly identity: Identity | undefined;
  /** How a new token is had without asking anybody; `undefined` for a pasted one. */
  readonly renewal: SignIn | undefined;
  /** When the page was given the token, in milliseconds since 1970. */
  readonly begun: number;
  /** Whether the server has said that the token is good no more. */
  readonly hasEnded: boolean;
}

/** The session of this page; `undefined` while nobody is signed in. */
export const session = createStore<Session | undefined>(undefined);

/** The token that requests bear. */
export function currentToken(): string {
  return session.get()?.token ?? "";
}

/** Begins a session, or goes on with a new token in the one that there is. */
export function beginSession(
  token: string,
  identity: Identity | undefined,
  renewal: SignIn | undefined,
): void {
  session.set({ token, identity, renewal, begun: Date.now(), hasEnded: false });
}

/** Signs out. What was told goes too: the next person has nothing to undo of this one's. */
export function endSession(): void {
  session.set(undefined);
  dismissAll();
}

/** Tells that the server refused this token. One that was replaced meanwhile ends nothing. */
export function noteRefusedToken(token: string): void {
  const current = session.get();
  if (current?.token === token && !current.hasEnded) session.set({ ...current, hasEnded: true });
}

/**
 * Gets a new token in the place of the one that ends. Who is refused is not asked for again: Keystone locks those out who
 * try a wrong password time after time.
 *
 * @throws what {@link signIn} throws
 */
export async function renewSession(): Promise<void> {
  const current = session.get();
  if (current?.renewal === undefined) return;
  const isStillIt = () => session.get()?.token === current.token;
  try {
    const grant = await signIn(current.renewal);
    if (isStillIt()) beginSession(grant.token, identityOf(grant), current.renewal);
  } catch (error) {
    if (error instanceof ConsoleRefusal && error.status === 401 && isStillIt())
      session.set({ ...(session.get() ?? current), renewal: undefined });
    throw error;
  }
}

/** Goes on in another project with a token of the same user, which ends when the first one does. */
export async function changeProject(projectId: string): Promise<void> {
  const current = session.get();
  if (current === undefined) return;
  const grant = await signIn(inProject(current, projectId));
  const renewal = current.renewal === undefined ? undefined : withProject(current.renewal, projectId);
  beginSession(grant.token, identityOf(grant), renewal);
}

export function identityOf({ token: _token, ...identity }: Grant): Identity {
  return identity;
}

/** A password can be asked with again, which gives a token of full length; a token can only be traded in. */
function inProject({ token, renewal }: Session, id: string): SignIn {
  return renewal?.method === "password"
    ? withProject(renewal, id)
    : { method: "token", token, project: { id } };
}

function withProject(renewal: SignIn, id: string): SignIn {
  return renewal.method === "password" ? { ...renewal, project: { id } } : renewal;
}
