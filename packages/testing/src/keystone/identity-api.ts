const LIMIT_MS = 30_000;

/** The Identity API v3, asked as an admin, whose identity is `identity`. */
export function createIdentityApi(url: string, identity: object, scope: object) {
  async function send(method: string, path: string, headers: Record<string, string>, body?: unknown) {
    const ask = () =>
      fetch(`${url}${path}`, {
        method,
        headers: { "Content-Type": "application/json", ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
    // On a busy machine uwsgi now and then closes a connection instead of answering.
    const isSafe = method === "GET" || path.startsWith("/auth/tokens");
    const reply = await ask().catch((error) => (isSafe ? ask() : Promise.reject(error)));
    const text = await reply.text();
    if (!reply.ok) throw new Error(`Keystone answers ${method} ${path} with ${reply.status}: ${text}`);
    return { headers: reply.headers, text };
  }

  async function token(whose: object, where?: object) {
    const auth = { identity: whose, ...(where && { scope: where }) };
    const { headers } = await send("POST", "/auth/tokens?nocatalog", {}, { auth });
    const found = headers.get("x-subject-token");
    if (found === null) throw new Error("Keystone answered a log-in without a token.");
    return found;
  }
  // Tokens may live for seconds here, so each request has one of its own.
  const ownToken = () => token(identity, scope);

  return {
    token,

    /** `asToken` of somebody else who asks. */
    async request(method: string, path: string, body?: unknown, asToken?: string) {
      const { text } = await send(method, path, { "X-Auth-Token": asToken ?? (await ownToken()) }, body);
      return text === "" ? undefined : JSON.parse(text);
    },

    async revoke(subject: string) {
      await send("DELETE", "/auth/tokens", { "X-Auth-Token": await ownToken(), "X-Subject-Token": subject });
    },
  };
}
