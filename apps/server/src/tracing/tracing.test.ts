import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { once } from "node:events";
import { startGlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { startServer } from "@imagetags/testing/server/start-server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { readConfig } from "../config/config.ts";
import { ask, makeImage } from "../testing/api.ts";
import { startKeystoneServer } from "../testing/keystone-server.ts";
import { startTestServer } from "../testing/test-server.ts";

const value = z.looseObject({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
});
const attributes = z.array(z.object({ key: z.string(), value }));
const span = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes,
  status: z.looseObject({ code: z.number().optional() }).optional(),
});
const sent = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.looseObject({ attributes }),
      scopeSpans: z.array(z.looseObject({ spans: z.array(span) })),
    }),
  ),
});
type Span = z.infer<typeof span>;

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;

/** What a receiver of OTLP over HTTP was sent. */
interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe("with an OTLP receiver, a server", () => {
  let receiver: Server;
  let received: Received[];
  let status = 200;
  let endpoint: string;

  beforeEach(async () => {
    received = [];
    status = 200;
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
        response.writeHead(status, { "Content-Type": "application/json" }).end("{}");
      });
    }).listen(0, "127.0.0.1");
    await once(receiver, "listening");
    const address = receiver.address();
    endpoint = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  });
  afterEach(() => {
    receiver.close();
    receiver.closeAllConnections();
  });

  const env = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" });

  function spans(): Span[] {
    return received.flatMap(({ body }) =>
      sent
        .parse(JSON.parse(body.toString()))
        .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
  }

  function fact({ attributes: all }: { attributes: z.infer<typeof attributes> }, name: string): unknown {
    const found = all.find(({ key }) => key === name)?.value;
    return found?.stringValue ?? (found?.intValue === undefined ? undefined : Number(found.intValue));
  }

  test("sends a span for each request, below that of the caller, with the database's below it; they are there when it ends", async () => {
    const server = await startTestServer({
      env: {
        ...env(),
        OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20secret",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
      },
    });
    const id = await makeImage(server, { tags: ["miracle"] });
    const path = `/v2/images/${id}/tags/miracle`;
    const removed = await ask(server, "DELETE", path, { headers: [["traceparent", TRACEPARENT]] });
    await ask(server, "GET", "/readyz");
    await server[Symbol.asyncDispose]();

    expect(received.every((one) => one.path === "/v1/traces" && one.headers["api-key"] === "a secret")).toBe(
      true,
    );
    const resource = sent.parse(JSON.parse(String(received[0]?.body))).resourceSpans[0]?.resource;
    if (resource === undefined) throw new Error("Nothing was sent.");
    expect(fact(resource, "service.name")).toBe("imagetags");
    expect(fact(resource, "deployment.environment.name")).toBe("test");
    expect(spans().filter(({ name }) => name.includes("readyz"))).toEqual([]);

    const request = spans().find(({ name }) => name === "DELETE /v2/images/:image_id/tags/:tag");
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, kind: 2 });
    if (request === undefined) throw new Error("The request has no span.");
    expect(fact(request, "http.response.status_code")).toBe(204);
    expect(fact(request, "url.path")).toBe(path);
    expect(JSON.stringify(request.attributes)).toContain(removed.headers["x-openstack-request-id"]);
    const database = spans().find(({ parentSpanId }) => parentSpanId === request.spanId);
    expect(database).toMatchObject({ traceId: TRACE, kind: 3 });
    expect(database === undefined ? undefined : fact(database, "db.system.name")).toBe("sqlite");
    expect(received.map(({ body }) => body.toString()).join("")).not.toContain("alpha_member");
  });

  test("passes its place in the trace on to Keystone", async () => {
    await using server = await startKeystoneServer(env());
    await ask(server, "GET", "/v2/images", { headers: [["traceparent", TRACEPARENT]] });
    const asked = server.keystone.asked.filter(({ headers }) =>
      String(headers["traceparent"]).includes(TRACE),
    );
    expect(asked.length).toBeGreaterThan(0);
    await server[Symbol.asyncDispose]();
    const calls = spans().filter(({ name, traceId }) => name === "GET keystone" && traceId === TRACE);
    const named = asked.map(({ headers }) => String(headers["traceparent"]).split("-")[2]);
    expect(calls.length).toBeGreaterThan(0);
    for (const { spanId } of calls) expect(named).toContain(spanId);
  });

  test("passes it on to Glance, and OSprofiler's headers as they came", async () => {
    await using glance = await startGlanceStandIn();
    const server = await startTestServer({ env: { ...env(), IMAGETAGS_GLANCE_URL: glance.url } });
    const profiler = [
      ["X-Trace-Info", "eyJiYXNlX2lkIjoieCJ9"],
      ["X-Trace-HMAC", "0123abcd"],
    ] as const;
    await ask(server, "GET", "/v2/info/stores", { headers: [["traceparent", TRACEPARENT], ...profiler] });
    await ask(server, "POST", "/v2/tasks", {
      body: "{}",
      headers: [["traceparent", TRACEPARENT], ...profiler],
    });
    await server[Symbol.asyncDispose]();
    expect(glance.arrived).toHaveLength(2);
    for (const { headers, method } of glance.arrived) {
      const call = spans().find(({ name }) => name === `${method} glance`);
      expect(call).toMatchObject({ traceId: TRACE, kind: 3 });
      expect(headers["traceparent"]).toBe(`00-${TRACE}-${call?.spanId}-01`);
      expect(headers["x-trace-info"]).toBe("eyJiYXNlX2lkIjoieCJ9");
      expect(headers["x-trace-hmac"]).toBe("0123abcd");
      expect(spans().find(({ spanId }) => spanId === call?.parentSpanId)).toMatchObject({
        parentSpanId: PARENT,
      });
    }
  });

  test("heeds the sampler, and what a caller has decided before", async () => {
    const server = await startTestServer({
      env: { ...env(), OTEL_TRACES_SAMPLER: "parentbased_always_off" },
    });
    await ask(server, "GET", "/v2/images");
    await ask(server, "GET", "/versions", { headers: [["traceparent", TRACEPARENT]] });
    await ask(server, "GET", "/v2/info/import", { headers: [["traceparent", `00-${TRACE}-${PARENT}-00`]] });
    await server[Symbol.asyncDispose]();
    expect(
      spans()
        .filter(({ kind }) => kind === 2)
        .map(({ name }) => name),
    ).toEqual(["GET /versions"]);
  });

  test("speaks protobuf by default, from the built server too", async () => {
    await using server = await startServer({ settings: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
    await fetch(`${server.url}/versions`);
    server.child.kill("SIGTERM");
    expect((await server.ended()).code).toBe(0);
    expect(received.length).toBeGreaterThan(0);
    expect(received[0]?.headers["content-type"]).toBe("application/x-protobuf");
    expect(received[0]?.body.includes("GET /versions")).toBe(true);
  });

  test("serves on where the receiver refuses, and the log tells so once", async () => {
    status = 400;
    const server = await startTestServer({ env: env() });
    expect((await ask(server, "GET", "/v2/images")).status).toBe(200);
    await vi.waitFor(() => expect(server.logged()).toContain("traces cannot be sent to"), {
      timeout: 20_000,
    });
    await ask(server, "GET", "/v2/images");
    await server[Symbol.asyncDispose]();
    expect(server.logged().match(/traces cannot be sent to/g)).toHaveLength(1);
  });
});

describe("the settings of traces", () => {
  const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

  test("turn them on by an endpoint alone, and off by others", () => {
    expect(readConfig({}).tracing).toBeUndefined();
    expect(readConfig(ENDPOINT).tracing).toEqual({
      url: "http://127.0.0.1:4318/v1/traces",
      protocol: "http/protobuf",
      headers: {},
      service: "imagetags",
      attributes: {},
      sampler: "parentbased_always_on",
      ratio: 1,
    });
    for (const off of [{ OTEL_SDK_DISABLED: "true" }, { OTEL_TRACES_EXPORTER: "none" }])
      expect(readConfig({ ...ENDPOINT, ...off }).tracing).toBeUndefined();
    const whole = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://traces.example.org/in" };
    expect(readConfig({ ...ENDPOINT, ...whole }).tracing?.url).toBe("https://traces.example.org/in");
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "s3cret"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=%zz"],
    ["OTEL_RESOURCE_ATTRIBUTES", "a b"],
    ["OTEL_TRACES_SAMPLER", "often"],
    ["OTEL_TRACES_SAMPLER_ARG", "2"],
    ["OTEL_TRACES_EXPORTER", "jaeger"],
    ["OTEL_SDK_DISABLED", "yes"],
  ])("%s=%s is refused in a line that names it, where they are on", (name, text) => {
    expect(() => readConfig({ ...ENDPOINT, [name]: text })).toThrow(new RegExp(`^${name} must [^\\n]+$`));
    expect(() => readConfig({ ...ENDPOINT, [name]: text })).not.toThrow(/s3cret/);
    if (name !== "OTEL_EXPORTER_OTLP_ENDPOINT") expect(readConfig({ [name]: text }).tracing).toBeUndefined();
  });
});
