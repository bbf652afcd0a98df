const LIMIT_MS = 30_000;

/**
 * The Identity API v3, asked as one who may do all.
 * @param {string} url
 * @param {object} identity of that one
 * @param {object} scope
 */
export function createIdentityApi(url, identity, scope) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {Record<string, string>} headers
   * @param {unknown} [body]
   */
  async function send(method, path, headers, body) {
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

  /**
   * @param {object} whose
   * @param {object} [where]
   */
  async function token(whose, where) {
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

    /**
     * @param {string} method
     * @param {string} path
     * @param {unknown} [body]
     * @param {string} [asToken] of somebody else who asks
     * @returns {Promise<any>}
     */
    async request(method, path, body, asToken) {
      const { text } = await send(method, path, { "X-Auth-Token": asToken ?? (await ownToken()) }, body);
      return text === "" ? undefined : JSON.parse(text);
    },

    /** @param {string} subject */
    async revoke(subject) {
      await send("DELETE", "/auth/tokens", { "X-Auth-Token": await ownToken(), "X-Subject-Token": subject });
    },
  };
}
