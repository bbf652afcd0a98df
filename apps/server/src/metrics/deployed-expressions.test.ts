import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { freePort } from "@imagetags/testing/free-port";
import { startGlanceStandIn } from "@imagetags/testing/glance/stand-in-glance";
import { answers, startProgram } from "@imagetags/testing/processes/program";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { IS_WHOLE } from "@imagetags/testing/test-matrix";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { ask, makeImage } from "../testing/api.ts";
import { describeOnDatabases } from "../testing/database-kinds.ts";
import { startKeystone } from "../testing/keystone-server.ts";
import { metricsUrlIn } from "../testing/read-metrics.ts";
import { CALLER_TOKENS } from "../testing/test-server.ts";

const at = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const RULES = at("deploy/prometheus/imagetags.rules.yml");
const RULE_TESTS = at("deploy/prometheus/imagetags.rules.test.yml");
const rulesText = readFileSync(RULES, "utf8");
const alerts = [...rulesText.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = ""]) => name);

const panel = z.looseObject({
  title: z.string(),
  type: z.enum(["row", "timeseries"]),
  targets: z.array(z.looseObject({ expr: z.string() })).default([]),
});
const dashboard = z
  .looseObject({ panels: z.array(panel) })
  .parse(JSON.parse(readFileSync(at("deploy/grafana/imagetags.json"), "utf8")));
const dashboardExpressions = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({
    title,
    expr: expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*"),
  })),
);

const HAS_PROMETHEUS = [
  ["prometheus", "--version"],
  ["promtool", "--version"],
].every(([command = "", argument = ""]) => spawnSync(command, [argument]).status === 0);
const isForced = process.env["CI"] !== undefined;
/** Servers are slow to start where the machine has much else to do. */
const timeout = 180_000;

describe("the alert rules of deploy/", () => {
  test("have each a chapter of the runbook", () => {
    expect(alerts.length).toBeGreaterThan(10);
    const headings = [...readFileSync(at("docs/runbook.md"), "utf8").matchAll(/^## (Imagetags\w+)$/gm)];
    expect(headings.map(([, name]) => name).toSorted()).toEqual(alerts.toSorted());
  });

  test.skipIf(!HAS_PROMETHEUS && !isForced).each([
    ["check", RULES],
    ["test", RULE_TESTS],
  ])("are sound to promtool %s rules (needs Debian's prometheus)", (what, file) => {
    const { status, stdout, stderr } = spawnSync("promtool", [what, "rules", file], { encoding: "utf8" });
    expect({ status, said: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ status: 0, said: "" });
  });
});

const answer = z.object({
  status: z.literal("success"),
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }),
});
const rulesAnswer = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            query: z.string(),
            health: z.string(),
            lastError: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
});

/** Starts Prometheus with the rules, which asks these servers every second. */
async function startPrometheus(stack: AsyncDisposableStack, urls: readonly string[]) {
  const folder = stack.use(temporaryFolder("prometheus"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [RULES],
    scrape_configs: [
      { job_name: "imagetags", static_configs: [{ targets: urls.map((one) => new URL(one).host) }] },
    ],
  };
  // JSON is YAML.
  writeFileSync(folder.at("prometheus.yml"), JSON.stringify(config));
  const args = [
    `--config.file=${folder.at("prometheus.yml")}`,
    `--storage.tsdb.path=${folder.at("data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  stack.use(
    await startProgram({ name: "Prometheus", command: "prometheus", args, folder: folder.path }, () =>
      answers(`${url}/-/ready`),
    ),
  );
  const get = async (path: string): Promise<unknown> => await (await fetch(`${url}${path}`)).json();
  return {
    rules: async () =>
      rulesAnswer.parse(await get("/api/v1/rules")).data.groups.flatMap(({ rules }) => rules),
    async query(expression: string) {
      const found: unknown = await get(`/api/v1/query?query=${encodeURIComponent(expression)}`);
      const parsed = answer.safeParse(found);
      if (!parsed.success) throw new Error(`${expression}: ${JSON.stringify(found)}`);
      return parsed.data.data.result;
    },
  };
}

/** The metrics that an expression names, each with the labels that it asks about. */
function selectorsOf(expression: string): string[] {
  return [...expression.matchAll(/\b((?:imagetags|nodejs|process)_\w+|up)\b(?:\{([^}]*)\})?/g)].map(
    ([, name = "", matchers = ""]) => {
      const labels = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(
        ([, label = ""]) => `${label}!=""`,
      );
      return `${name}{${labels.join(",")}}`;
    },
  );
}

describeOnDatabases(
  "Prometheus, with servers on SQLite and on",
  (kind) => {
    test.skipIf(!HAS_PROMETHEUS && !isForced)(
      "finds every metric and label of the alert rules and the dashboard of deploy/, and can compute each expression",
      { timeout },
      async () => {
        await using stack = new AsyncDisposableStack();
        const keystone = stack.use(await startKeystone());
        const glance = stack.use(
          await startGlanceStandIn((request, response) => {
            response.statusCode = request.method === "GET" ? 503 : 204;
            request.on("end", () => response.end()).resume();
          }),
        );
        const measured = { IMAGETAGS_METRICS_LISTEN: "127.0.0.1:0" };
        const onFile = stack.use(
          await startServer({
            settings: { ...measured, ...keystone.env, IMAGETAGS_NOTIFY_URL: "rabbit://127.0.0.1:1" },
          }),
        );
        const database = stack.use(await kind.open());
        const onServer = stack.use(
          await startServer({
            tokens: CALLER_TOKENS,
            settings: {
              ...measured,
              IMAGETAGS_DATABASE_URL: database.url,
              IMAGETAGS_WORKERS: "2",
              IMAGETAGS_GLANCE_URL: glance.url,
            },
          }),
        );
        const urls = [onFile, onServer].map(({ startText }) => metricsUrlIn(startText) ?? "");
        const imageId = await makeImage(onFile, { tags: ["a", "b"] });
        const passed = `${onServer.url}/v2/images/${imageId}/file`;
        const exchange = async () => {
          for (const [method, tag] of [
            ["DELETE", "a"],
            ["PUT", "a"],
          ] as const)
            await ask(onFile, method, `/v2/images/${imageId}/tags/${tag}`);
          await fetch(passed, { method: "PUT", body: "data" });
          await fetch(passed);
        };
        await exchange();

        const prometheus = await startPrometheus(stack, urls);
        const twice = 'min(count_over_time(up{job="imagetags"}[1m])) >= 3 and min(up{job="imagetags"}) == 1';
        await vi.waitFor(
          async () => {
            await exchange();
            expect(await prometheus.query(twice)).not.toEqual([]);
          },
          { timeout, interval: 500 },
        );
        await vi.waitFor(
          async () =>
            expect(new Set((await prometheus.rules()).map(({ health }) => health))).toEqual(new Set(["ok"])),
          { timeout, interval: 500 },
        );
        const rules = await prometheus.rules();
        expect(rules.map(({ name }) => name)).toEqual(alerts);

        const selectors = new Set(
          [...rules.map(({ query }) => query), ...dashboardExpressions.map(({ expr }) => expr)].flatMap(
            selectorsOf,
          ),
        );
        expect(selectors.size).toBeGreaterThan(30);
        const missing = [];
        for (const selector of selectors) {
          if ((await prometheus.query(selector)).length === 0) missing.push(selector);
        }
        for (const { title, expr } of dashboardExpressions) {
          if ((await prometheus.query(expr)).length === 0) missing.push(`${title}: ${expr}`);
        }
        expect(missing).toEqual([]);
      },
    );
  },
  // The figures are the same over every database server, so a quick run takes one.
  ({ hasGlancesImages, isServer, name }) =>
    !hasGlancesImages && isServer && (IS_WHOLE || name.includes("PostgreSQL")),
);
