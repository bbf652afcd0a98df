/** Whom the servers know, and who may change all images. */
export const TOKEN = "a-token-of-the-run";
export const TOKENS = [{ token: TOKEN, user_id: "run", project_id: "run", roles: ["member"] }];

/** What is sent: a method, a path below `/v2/images`, and more where it is needed. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, with the body as text. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export async function ask(url: string, { method, path, body, headers = {} }: Asked): Promise<Answered> {
  const reply = await fetch(`${url}/v2/images${path}`, {
    method,
    headers: { "X-Auth-Token": TOKEN, "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

/** Makes an image, and tries again while that is 503. Resolves with its id. */
export async function makeImage(url: string, tags: readonly string[] = []): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const { status, text } = await ask(url, { method: "POST", path: "", body: { tags } });
    if (status === 201) return String(JSON.parse(text).id);
    if (status !== 503 || tries === 20) throw new Error(`An image was answered ${status} ${text}`);
  }
}

/** Sends requests at once, dealt to the servers in turn. */
export function askAtOnce(urls: readonly string[], requests: readonly Asked[]): Promise<Answered[]> {
  return Promise.all(requests.map((one, index) => ask(urls[index % urls.length] ?? "", one)));
}
