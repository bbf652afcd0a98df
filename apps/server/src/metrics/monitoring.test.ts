import { readFileSync } from "node:fs";
import { contractFor } from "@imagetags/contract";
import { expect, test } from "vitest";
import { z } from "zod";
import { exposition } from "./exposition.ts";
import { ServerMetrics } from "./server-metrics.ts";

const page = readFileSync(new URL("../../../../docs/monitoring.md", import.meta.url), "utf8");

const reported = z.array(z.looseObject({ name: z.string(), type: z.string(), help: z.string() }));

/** A server on both kinds of database, with all that may be measured. */
async function everyMetric() {
  const figures = () => ({ changes: 0, pool: { inUse: 0, idle: 0, waiting: 0 } });
  const server = {
    version: "0",
    contract: contractFor("glance"),
    isReady: () => Promise.resolve(true),
    database: figures,
    tokens: () => ({ valid: 0, refused: 0, isReached: true }),
    isInFrontOfGlance: true,
    notifications: { destinations: ["rabbitmq"], backlog: () => Promise.resolve([]) },
  };
  using onServer = new ServerMetrics({ ...server, poolSize: 10 });
  using onFile = new ServerMetrics({ ...server, poolSize: undefined });
  const reports = [await onServer.report(true), await onFile.report(true)];
  const text = await exposition(reports, { configured: 1, answering: 1 });
  const help = new Map(
    [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = "", words = ""]) => [name, words]),
  );
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => ({
    name,
    type,
    help: help.get(name) ?? "",
    row: `| \`${name}\` | ${type} | ${help.get(name) ?? ""} |`,
  }));
}

test("docs/monitoring.md has every metric that there is, by name, type and meaning, and no other", async () => {
  const metrics = reported.parse(await everyMetric());
  expect(metrics.length).toBeGreaterThan(30);
  const rows = [...page.matchAll(/^\| `((?:imagetags|process|nodejs)_\w+)` \|.*\|$/gm)];
  expect(rows.map(([, name]) => name).toSorted()).toEqual(metrics.map(({ name }) => name).toSorted());
  const ours = metrics.filter(({ name }) => name.startsWith("imagetags_"));
  const expected = ours.map(({ row }) => row);
  expect(
    rows
      .map(([row]) => row)
      .filter((row) => row.startsWith("| `imagetags_"))
      .toSorted(),
  ).toEqual(expected.toSorted());
});
