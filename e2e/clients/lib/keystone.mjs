import { createServer } from "node:http";
import { once } from "node:events";

/**
 * Stands in for Keystone, as far as a client logs in and looks up projects: whoever asks gets the token
 * of `member`, and a catalog that names `imageUrl` without a version, as clouds do.
 */
export async function startKeystone(imageUrl, member, projects) {
  const server = createServer((request, response) => {
    const { status, body } = answer(request.method, request.url);
    response.writeHead(status, { "Content-Type": "application/json", "X-Subject-Token": member.token });
    response.end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}/v3`;

  function answer(method, path) {
    const version = { id: "v3.14", status: "stable", links: [{ rel: "self", href: `${url}/` }] };
    if (/^\/v3\/?$/.test(path)) return { status: 200, body: { version } };
    if (method === "POST" && path === "/v3/auth/tokens") return { status: 201, body: { token: token() } };
    const id = /^\/v3\/projects\/(\w+)$/.exec(path)?.[1];
    if (projects.has(id)) return { status: 200, body: { project: { id, name: projects.get(id) } } };
    const name = /^\/v3\/projects\?.*name=(\w+)/.exec(path)?.[1];
    const found = [...projects].filter((project) => project[1] === name);
    if (name !== undefined) {
      return { status: 200, body: { projects: found.map(([project]) => ({ id: project, name })) } };
    }
    return { status: 404, body: { error: { code: 404, title: "Not Found", message: path } } };
  }

  function token() {
    const endpoint = (name, address) => ({
      type: name,
      name,
      endpoints: [{ interface: "public", region: "here", region_id: "here", id: name, url: address }],
    });
    return {
      methods: ["password"],
      issued_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      user: { id: "user", name: "user", domain: { id: "default", name: "Default" } },
      project: { id: member.project, name: member.name, domain: { id: "default", name: "Default" } },
      roles: [{ id: "member", name: "member" }],
      catalog: [endpoint("identity", url), endpoint("image", imageUrl)],
    };
  }

  return {
    url,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
