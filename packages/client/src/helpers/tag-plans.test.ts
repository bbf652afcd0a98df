import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { NoTagPlansError } from "../errors/refusal-errors.ts";
import { removeTagEverywhere } from "./remove-tag-everywhere.ts";
import { carryOutPlan, planTags, type TagPlanPart } from "./tag-plans.ts";

interface Asked {
  readonly body: Record<string, unknown>;
  readonly ifMatch: string | null;
  readonly requestId: string | null;
}

type Image = { id: string; refused?: { reason: string; message: string } };

/** A page as the server answers it: what would be removed from which image. */
const page = (plan: string, images: Image[], next?: string) => ({
  plan,
  dry_run: true,
  images: images.map((image) => ({ name: null, remove: ["t"], add: [], ...image })),
  ...(next === undefined ? {} : { next }),
});
const refusal = (code: number, reason: string) => ({
  error: { code, title: "No", message: `It is ${reason}.`, reason },
});

/** A client of a server that gives these answers, one after the other. */
function clientOf(...answers: (readonly [status: number, body: unknown] | Error)[]) {
  const asked: Asked[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    asked.push({
      body: await request.json(),
      ifMatch: request.headers.get("If-Match"),
      requestId: request.headers.get("X-Openstack-Request-Id"),
    });
    const answer = answers[asked.length - 1];
    if (answer === undefined || answer instanceof Error)
      throw answer ?? new Error("There are no more answers.");
    return new Response(JSON.stringify(answer[1]), {
      status: answer[0],
      headers: { "Content-Type": "application/json" },
    });
  };
  return { client: createClient({ endpoint: "http://127.0.0.1:1", token: "token-of-a-test", fetch }), asked };
}

const protectedTag = { reason: "forbidden", message: "You may not." };

test("a plan is asked for part by part, hidden images last, and carried out by its hashes under one id", async () => {
  const { client, asked } = clientOf(
    [200, page("one", [{ id: "a" }, { id: "b", refused: protectedTag }], "b")],
    [200, page("two", [{ id: "c" }])],
    [200, page("none", [])],
    [200, page("one", [{ id: "a" }, { id: "b", refused: protectedTag }], "b")],
    [200, page("two", [{ id: "c" }])],
  );
  const plan = await planTags(client, { remove: ["t"], where: { owner: "p" } }, { withHidden: true });
  expect(plan.parts.map(({ images }) => images.map(({ id }) => id))).toEqual([["a", "b"], ["c"]]);
  const outcomes = await Array.fromAsync(carryOutPlan(client, plan));
  expect(outcomes.map(({ imageId, outcome }) => [imageId, outcome])).toEqual([
    ["a", "done"],
    ["b", "failed"],
    ["c", "done"],
  ]);
  expect(outcomes[1]).toMatchObject({ error: { status: 403, reason: "forbidden", message: "You may not." } });
  const ask = { remove: ["t"], add: [], where: { owner: "p" } };
  expect(asked.map(({ body }) => body)).toEqual([
    { ...ask, dry_run: true },
    { ...ask, marker: "b", dry_run: true },
    { ...ask, where: { owner: "p", os_hidden: true }, dry_run: true },
    { ...ask, dry_run: false },
    { ...ask, marker: "b", dry_run: false },
  ]);
  expect(asked.map(({ ifMatch }) => ifMatch)).toEqual([null, null, null, '"one"', '"two"']);
  expect(asked.slice(3).map(({ requestId }) => requestId)).toEqual([plan.requestId, plan.requestId]);
  expect(plan.requestId).toMatch(/^req-[0-9a-f]{32}$/);
});

test("where the images were changed since, no image is touched that is not in the plan", async () => {
  const { client, asked } = clientOf(
    [200, page("one", [{ id: "a" }, { id: "b" }, { id: "c", refused: protectedTag }])],
    [412, refusal(412, "plan-changed")],
    [200, page("other", [{ id: "a", refused: protectedTag }])],
  );
  const plan = await planTags(client, { remove: ["t"], where: {} });
  const changed: string[] = [];
  const onChanged = (part: TagPlanPart) => void changed.push(part.plan);
  const outcomes = await Array.fromAsync(carryOutPlan(client, plan, { onChanged }));
  expect(changed).toEqual(["one"]);
  expect(outcomes.map(({ imageId, outcome }) => [imageId, outcome])).toEqual([
    ["a", "failed"],
    ["b", "alreadySo"],
    ["c", "failed"],
  ]);
  expect(asked[2]).toMatchObject({ ifMatch: "*", body: { where: { id: 'in:"a","b"' }, limit: 1000 } });
});

test("a part that fails fails for its images, and the others go on; nothing is sent for what is refused", async () => {
  const { client, asked } = clientOf(
    [200, page("one", [{ id: "a" }], "a")],
    [200, page("two", [{ id: "b", refused: protectedTag }], "b")],
    [200, page("three", [{ id: "c" }])],
    [503, refusal(503, "database-unavailable")],
    [200, page("three", [{ id: "c" }])],
  );
  const plan = await planTags(client, { remove: ["t"], where: {} });
  const outcomes = await Array.fromAsync(carryOutPlan(client, plan));
  expect(outcomes.map(({ imageId, outcome }) => [imageId, outcome])).toEqual([
    ["a", "failed"],
    ["b", "failed"],
    ["c", "done"],
  ]);
  expect(asked).toHaveLength(5);
});

test("ended by its signal, it begins no other part", async () => {
  const { client, asked } = clientOf(
    [200, page("one", [{ id: "a" }, { id: "b" }], "b")],
    [200, page("two", [{ id: "c" }])],
    [200, page("one", [{ id: "a" }, { id: "b" }])],
  );
  const plan = await planTags(client, { remove: ["t"], where: {} });
  const controller = new AbortController();
  const seen: string[] = [];
  const run = async () => {
    for await (const { imageId } of carryOutPlan(client, plan, { signal: controller.signal })) {
      seen.push(imageId);
      controller.abort(new Error("Ctrl-C"));
    }
  };
  await expect(run()).rejects.toThrow("Ctrl-C");
  expect(seen).toEqual(["a", "b"]);
  expect(asked).toHaveLength(3);
});

test.each([
  [404, "<html>not here</html>"],
  [404, refusal(404, "no-such-path")],
  [405, { error: { code: 405, title: "No", message: "no" } }],
  [403, { error_code: "APIGW.0101" }],
  [501, "not implemented"],
  [200, "<html>a page of its own</html>"],
])("a server without plans, which answers %s, is asked once", async (status, body) => {
  const { client, asked } = clientOf([status, body]);
  for (let times = 0; times < 3; times += 1) {
    await expect(planTags(client, { remove: ["t"], where: {} })).rejects.toBeInstanceOf(NoTagPlansError);
  }
  expect(asked).toHaveLength(1);
});

test.each([
  [400, refusal(400, "invalid-tag")],
  [403, refusal(403, "forbidden")],
  [503, refusal(503, "overloaded")],
  [401, { error: { code: 401, title: "Unauthorized", message: "no" } }],
])("what a server with plans answers, such as %s, is told", async (status, body) => {
  const { client } = clientOf([status, body], [status, body], [status, body], [status, body]);
  await expect(planTags(client, { remove: ["t"], where: {} })).rejects.toMatchObject({
    code: "REFUSED",
    status,
  });
});

test("a removal everywhere asks such a server for a thousand images at a time, and goes on from the start where its place is gone", async () => {
  const { client, asked } = clientOf(
    [200, page("one", [{ id: "a" }, { id: "b", refused: protectedTag }], "b")],
    [400, refusal(400, "no-such-marker")],
    [200, page("two", [{ id: "b", refused: protectedTag }, { id: "c" }])],
    [200, page("none", [])],
  );
  const seen: { found: number; done: number }[] = [];
  const results = await Array.fromAsync(
    removeTagEverywhere(
      client,
      "t",
      { owner: "p", limit: 2 },
      { onProgress: ({ found, done }) => seen.push({ found, done }) },
    ),
  );
  expect(results.map(({ imageId, outcome }) => [imageId, outcome])).toEqual([
    ["a", "removed"],
    ["b", "failed"],
    ["c", "removed"],
  ]);
  expect(seen).toEqual([
    { found: 2, done: 1 },
    { found: 2, done: 2 },
    { found: 3, done: 3 },
  ]);
  expect(asked.map(({ ifMatch }) => ifMatch)).toEqual(["*", "*", "*", "*"]);
  expect(asked[0]?.body).toEqual({
    remove: ["t"],
    where: { owner: "p", os_hidden: false },
    limit: 2,
    dry_run: false,
  });
  expect(asked.at(-1)?.body["where"]).toEqual({ owner: "p", os_hidden: true });
});

test("its dry run tells what would be refused too", async () => {
  const { client, asked } = clientOf(
    [200, page("one", [{ id: "a" }, { id: "b", refused: protectedTag }])],
    [200, page("none", [])],
  );
  const results = await Array.fromAsync(removeTagEverywhere(client, "t", {}, { dryRun: true }));
  expect(results).toMatchObject([
    { imageId: "a", outcome: "wouldRemove" },
    { imageId: "b", outcome: "wouldFail", error: { reason: "forbidden" } },
  ]);
  expect(asked.map(({ ifMatch, body }) => [ifMatch, body["dry_run"]])).toEqual([
    [null, true],
    [null, true],
  ]);
});
