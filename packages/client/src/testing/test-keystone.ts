import { errorOf, json, startTestServer, type Answer, type TestServer } from "./test-server.ts";

/** The password that test users have, and nobody else. */
export const PASSWORD = 'hunter2 "quoted" \\ é';

/** A catalog with two regions; `image` is where the image service is in the first. */
export function catalogWith(image: string): object[] {
  const endpoints = ["One", "Two"].flatMap((region) =>
    ["public", "internal"].map((kind) => ({
      id: `${kind}${region}`,
      interface: kind,
      region: `Region${region}`,
      region_id: `Region${region}`,
      url:
        region === "One" && kind === "public"
          ? `${image}/v2/`
          : `http://${kind}.${region.toLowerCase()}:9292`,
    })),
  );
  const identity = {
    type: "identity",
    name: "keystone",
    endpoints: [{ ...endpoints[0], url: "http://keystone" }],
  };
  return [identity, { type: "image", name: "glance", endpoints }];
}

/** What a test Keystone can be told to do otherwise. */
export interface KeystoneOptions {
  readonly catalog?: unknown;
  readonly lifeSeconds?: number;
  /** Its clock against ours. */
  readonly clockMs?: number;
  /** Answers in its place when it gives an answer. */
  readonly instead?: (count: number) => Answer | undefined;
}

/** A Keystone that gives `token-1`, `token-2` and so on to whoever asks. */
export function startTestKeystone(options: KeystoneOptions = {}): Promise<TestServer> {
  const { catalog = catalogWith("http://image"), lifeSeconds = 3600, clockMs = 0, instead } = options;
  let count = 0;
  return startTestServer((response, arrival) => {
    count += 1;
    const other = instead?.(count);
    if (other !== undefined) return other(response, arrival);
    if (arrival.method !== "POST" || !arrival.target.endsWith("/v3/auth/tokens")) {
      return json(404, errorOf(404, "Not Found", "Not here."))(response, arrival);
    }
    const now = Date.now() + clockMs;
    const token = {
      issued_at: new Date(now).toISOString().replace("Z", "000Z"),
      expires_at: new Date(now + lifeSeconds * 1000).toISOString().replace("Z", "000Z"),
      catalog,
    };
    response.writeHead(201, { "Content-Type": "application/json", "X-Subject-Token": `token-${count}` });
    response.end(JSON.stringify({ token }));
  });
}
