import { spawnSync } from "node:child_process";
import { connect } from "node:net";
import { startGlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, makeImage } from "../testing/api.ts";
import { startKeystoneServer } from "../testing/keystone-server.ts";
import { rawRequest } from "../testing/raw-request.ts";
import { readMetrics } from "../testing/read-metrics.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const ON = { IMAGETAGS_METRICS_LISTEN: "127.0.0.1:0" };
const TAG_ROUTE = "/v2/images/:image_id/tags/:tag";
const requests = (method: string, route: string, status: string) =>
  `imagetags_http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`;

const HAS_PROMTOOL = spawnSync("promtool", ["--version"]).status === 0;

describe("the figures of a server", () => {
  let server: TestServer;
  let imageId: string;
  const figures = async () => (await readMetrics(server.running.metricsUrl)).values;
  beforeAll(async () => {
    server = await startTestServer({ env: ON });
    imageId = await makeImage(server, { tags: ["a", "b"] });
  });
  afterAll(async () => await server[Symbol.asyncDispose]());

  test("count removals by outcome, and requests by route and status", async () => {
    await ask(server, "DELETE", `/v2/images/${imageId}/tags/a`);
    await ask(server, "DELETE", `/v2/images/${imageId}/tags/a`);
    await ask(server, "DELETE", `/v2/images/${crypto.randomUUID()}/tags/a`);
    await ask(server, "DELETE", `/v2/images/${imageId}/tags/b`, { as: "BETA_MEMBER" });
    await ask(server, "DELETE", `/v2/images/${imageId}/tags/b`, { as: "ALPHA_READER" });
    const found = await figures();
    const removals = (outcome: string) => found.get(`imagetags_tag_removals_total{outcome="${outcome}"}`);
    expect(removals("removed")).toBe(1);
    expect(removals("no-tag")).toBe(1);
    expect(removals("no-image")).toBe(1);
    expect(removals("refused")).toBe(2);
    expect(removals("failed")).toBe(0);
    expect(found.get(requests("DELETE", TAG_ROUTE, "204"))).toBe(1);
    expect(found.get(requests("DELETE", TAG_ROUTE, "404"))).toBe(3);
    expect(found.get(requests("DELETE", TAG_ROUTE, "403"))).toBe(1);
  });

  test("tell requests that were refused before their route was looked for by the contract's routes", async () => {
    await ask(server, "GET", `/v2.9/images/${imageId}/tags/a`, { as: "NOBODY" });
    await ask(server, "GET", `/v2/images?limit=1`, { as: "NOBODY" });
    const found = await figures();
    expect(found.get(requests("GET", TAG_ROUTE, "401"))).toBe(1);
    expect(found.get(requests("GET", "/v2/images", "401"))).toBe(1);
  });

  test("never have a path that a caller made up, and no more series for many of them", async () => {
    await ask(server, "GET", "/nowhere/0");
    const series = (names: Iterable<string>) =>
      [...names].filter((name) => name.startsWith("imagetags_")).length;
    const before = series((await figures()).keys());
    for (let time = 1; time < 20; time += 1) await ask(server, "GET", `/nowhere/${time}`);
    const { text, values } = await readMetrics(server.running.metricsUrl);
    expect(text).not.toContain("nowhere");
    expect(values.get(requests("GET", "other", "404"))).toBe(20);
    expect(series(values.keys())).toBe(before);
  });

  test("have each duration in the bucket of its bound and all above it", async () => {
    const { values } = await readMetrics(server.running.metricsUrl);
    const bucket = (le: string) =>
      values.get(
        `imagetags_http_request_duration_seconds_bucket{method="DELETE",route="${TAG_ROUTE}",status="204",le="${le}"}`,
      ) ??
      values.get(
        `imagetags_http_request_duration_seconds_bucket{le="${le}",method="DELETE",route="${TAG_ROUTE}",status="204"}`,
      );
    expect(bucket("60")).toBe(1);
    expect(bucket("+Inf")).toBe(1);
    expect(values.get(requests("DELETE", TAG_ROUTE, "204").replace("_count", "_sum"))).toBeGreaterThan(0);
  });

  test("show a caller who left before the reply began", async () => {
    const socket = connect(server.port, "127.0.0.1");
    const path = `/v2/images/${imageId}/tags`;
    socket.write(
      `PUT ${path} HTTP/1.1\r\nHost: h\r\nX-Auth-Token: alpha_member\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
    );
    await vi.waitFor(async () => expect((await figures()).get("imagetags_http_requests_in_flight")).toBe(1));
    socket.destroy();
    await vi.waitFor(async () => expect((await figures()).get("imagetags_http_requests_in_flight")).toBe(0));
    const text = [...(await figures()).keys()].join("\n");
    expect(text).toMatch(/route="\/v2\/images\/:image_id\/tags",status="(?:none|400)"/);
  });

  test("count what was no request", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.end("no request\r\n\r\n");
    await vi.waitFor(async () =>
      expect((await figures()).get('imagetags_http_unparsed_requests_total{status="400"}')).toBe(1),
    );
  });

  test("have the commits of SQLite with their changes, and how late the event loop is", async () => {
    const found = await figures();
    const commits = found.get("imagetags_sqlite_commit_duration_seconds_count") ?? 0;
    expect(commits).toBeGreaterThan(1);
    expect(found.get("imagetags_sqlite_commit_changes_sum")).toBeGreaterThanOrEqual(commits);
    expect(found.get("imagetags_changes_pending")).toBe(0);
    expect(found.get("imagetags_ready")).toBe(1);
    expect(found.get('imagetags_workers{state="answering"}')).toBe(1);
    expect(found.get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0);
    expect(found.get("process_cpu_seconds_total")).toBeGreaterThan(0);
  });

  test.each([
    ["GET", "/", 404],
    ["GET", "/metrics/", 404],
    ["GET", "/v2/images", 404],
    ["POST", "/metrics", 404],
    ["HEAD", "/metrics", 404],
    ["GET", "/metrics?name=a", 200],
  ])("are answered to GET /metrics alone: %s %s is %i", async (method, path, status) => {
    const { port } = new URL(server.running.metricsUrl ?? "");
    const reply = await rawRequest(Number(port), { method, path });
    expect(reply.status).toBe(status);
    expect(reply.headers["content-type"]).toMatch(/^text\/plain; /);
    if (status === 404) expect(reply.body.length).toBeLessThan(50);
  });

  test("are not kept from others by who sends nothing, or headers without end", async () => {
    const { port } = new URL(server.running.metricsUrl ?? "");
    const silent = Array.from({ length: 10 }, () => connect(Number(port), "127.0.0.1"));
    const reply = await rawRequest(Number(port), {
      method: "GET",
      path: "/metrics",
      headers: [["X-Long", "a".repeat(10_000)]],
    });
    expect(reply.status).toBe(431);
    expect((await figures()).size).toBeGreaterThan(50);
    for (const socket of silent) socket.destroy();
  });

  test.skipIf(!HAS_PROMTOOL)("are named as Prometheus wants it, by promtool check metrics", async () => {
    const { text } = await readMetrics(server.running.metricsUrl);
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
      input: text,
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});

test("no figures are to be had, and nothing is measured, unless a setting says where", async () => {
  await using server = await startTestServer();
  expect(server.running.metricsUrl).toBeUndefined();
  expect(server.running.metrics).toBeUndefined();
});

test("an address that is taken keeps the server from starting, and the message names the setting", async () => {
  await using first = await startTestServer({ env: ON });
  const taken = new URL(first.running.metricsUrl ?? "").host;
  await expect(startTestServer({ env: { IMAGETAGS_METRICS_LISTEN: taken } })).rejects.toThrow(
    /^IMAGETAGS_METRICS_LISTEN cannot be used: listen EADDRINUSE/,
  );
});

test("the figures of Keystone are its latency, whether it answers, and what is remembered of it", async () => {
  await using server = await startKeystoneServer(ON);
  const figures = async () => (await readMetrics(server.running.metricsUrl)).values;
  await ask(server, "GET", "/v2/images");
  await ask(server, "GET", "/v2/images");
  await ask(server, "GET", "/v2/images", { headers: [], as: "NOBODY" });
  const before = await figures();
  expect(before.get('imagetags_token_cache_lookups_total{result="miss"}')).toBe(1);
  expect(before.get('imagetags_token_cache_lookups_total{result="hit"}')).toBe(1);
  expect(before.get('imagetags_token_cache_entries{state="valid"}')).toBe(1);
  expect(before.get("imagetags_keystone_up")).toBe(1);
  expect(before.get('imagetags_keystone_request_duration_seconds_count{outcome="answered"}')).toBeGreaterThan(
    1,
  );
  await server.keystone[Symbol.asyncDispose]();
  expect((await ask(server, "GET", "/v2/images", { as: "ADMIN" })).status).toBe(503);
  const after = await figures();
  expect(after.get("imagetags_keystone_up")).toBe(0);
  expect(
    after.get('imagetags_keystone_request_duration_seconds_count{outcome="unreachable"}'),
  ).toBeGreaterThan(0);
});

test("the bytes that pass to Glance and back are counted", async () => {
  await using glance = await startGlanceStandIn((request, response) => {
    request.on("end", () => response.end("x".repeat(300_000))).resume();
  });
  await using server = await startTestServer({ env: { ...ON, IMAGETAGS_GLANCE_URL: glance.url } });
  await ask(server, "PUT", `/v2/images/${crypto.randomUUID()}/file`, { body: "y".repeat(70_000) });
  await rawRequest(server.port, { method: "GET", path: `/v2/images/${crypto.randomUUID()}/file` });
  const { values } = await readMetrics(server.running.metricsUrl);
  expect(values.get('imagetags_glance_bytes_total{direction="to-glance"}')).toBe(70_000);
  expect(values.get('imagetags_glance_bytes_total{direction="from-glance"}')).toBe(600_000);
  expect(values.get(requests("GET", "/v2/images/:image_id/file", "200"))).toBe(1);
});

test("what waits to be sent is counted, and each try that fails", async () => {
  const away = "rabbit://127.0.0.1:1";
  await using server = await startTestServer({ env: { ...ON, IMAGETAGS_NOTIFY_URL: away } });
  const imageId = await makeImage(server, { tags: ["a"] });
  await ask(server, "DELETE", `/v2/images/${imageId}/tags/a`);
  await vi.waitFor(
    async () => {
      const { values } = await readMetrics(server.running.metricsUrl);
      expect(values.get('imagetags_notifications_waiting{destination="rabbitmq"}')).toBe(2);
      expect(
        values.get('imagetags_notifications_oldest_age_seconds{destination="rabbitmq"}'),
      ).toBeGreaterThan(0);
      expect(
        values.get('imagetags_notifications_total{destination="rabbitmq",outcome="failed"}'),
      ).toBeGreaterThan(0);
    },
    { timeout: 20_000 },
  );
});
