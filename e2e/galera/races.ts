import { ask, askAtOnce, makeImage, type Answered, type Asked } from "../lib/image-requests.ts";

/** The quota of tags that the servers have. */
export const QUOTA = 20;
/** How many requests are sent at once. */
const AT_ONCE = 12;

const PATCH = { "Content-Type": "application/openstack-images-v2.1-json-patch" };

/** What a race asks of: a server on each node, and the rows. */
export interface RaceTrack {
  readonly urls: readonly string[];
  readonly query: (statement: string) => Promise<string[][]>;
}

/** One round of a race. Resolves with the answers; throws when one was untrue. */
export type Race = (track: RaceTrack) => Promise<readonly Answered[]>;

/** Many remove one tag. */
const oneTag: Race = async ({ urls }) => {
  const image = await makeImage(urls[0] ?? "", ["victim", "spared"]);
  const answers = await askAtOnce(urls, times({ method: "DELETE", path: `/${image}/tags/victim` }));
  const told = count(answers, 204);
  if (told > 1) throw new Error(`${told} removals of one tag were answered 204.`);
  for (const tags of await tagsByAll(urls, image)) {
    if (!tags.includes("spared") || (told === 1 && tags.includes("victim")))
      throw new Error(`After ${told} x 204 there is ${tags.join()}.`);
  }
  return answers;
};

/** More tags are added than the quota has room for. */
const quota: Race = async ({ urls }) => {
  const before = names("old", QUOTA - 3);
  const image = await makeImage(urls[0] ?? "", before);
  const answers = await askAtOnce(
    urls,
    names("new", AT_ONCE).map((tag) => ({ method: "PUT", path: `/${image}/tags/${tag}` })),
  );
  const told = count(answers, 204);
  for (const tags of await tagsByAll(urls, image)) {
    if (tags.length > QUOTA) throw new Error(`The quota was passed: ${tags.length} tags.`);
    if (tags.length < before.length + told)
      throw new Error(`Of ${told} tags that were answered 204 some are lost.`);
  }
  return answers;
};

/** An image is deleted while tags are added to it. */
const deletedImage: Race = async ({ urls, query }) => {
  const image = await makeImage(urls[0] ?? "", ["old"]);
  const puts = names("new", AT_ONCE - 1).map((tag) => ({ method: "PUT", path: `/${image}/tags/${tag}` }));
  const answers = await askAtOnce(
    urls,
    puts.toSpliced(AT_ONCE / 2, 0, { method: "DELETE", path: `/${image}` }),
  );
  const [row] = await query(
    `SELECT images.deleted, count(image_tags.id) FROM images LEFT JOIN image_tags ON image_tags.image_id = images.id
     AND image_tags.deleted = 0 WHERE images.id = '${image}' GROUP BY images.id`,
  );
  const isGone = row?.[0] === "1";
  if (answers[AT_ONCE / 2]?.status === 204 && !isGone)
    throw new Error("A deletion that was answered 204 is lost.");
  if (isGone && row?.[1] !== "0") throw new Error(`A deleted image has ${row?.[1]} live tags.`);
  return answers;
};

/** Many change an image that is to be as they found it. */
const ifMatch: Race = async ({ urls }) => {
  const image = await makeImage(urls[0] ?? "", ["old"]);
  const found = await ask(urls[0] ?? "", { method: "GET", path: `/${image}` });
  const headers = { ...PATCH, "If-Match": found.headers.get("etag") ?? "" };
  const answers = await askAtOnce(
    urls,
    names("property", AT_ONCE).map((name) => ({
      method: "PATCH",
      path: `/${image}`,
      headers,
      body: addition(name),
    })),
  );
  const told = count(answers, 200);
  if (told > 1 || (told === 0 && count(answers, 503) === 0))
    throw new Error(`Of ${AT_ONCE} changes of one state of an image ${told} were answered 200.`);
  return answers;
};

/** Many change different properties of an image. */
const properties: Race = async ({ urls }) => {
  const image = await makeImage(urls[0] ?? "");
  const added = names("property", AT_ONCE);
  const answers = await askAtOnce(
    urls,
    added.map((name) => ({
      method: "PATCH",
      path: `/${image}`,
      headers: PATCH,
      body: addition(name),
    })),
  );
  for (const url of urls) {
    const found = JSON.parse((await ask(url, { method: "GET", path: `/${image}` })).text);
    const lost = added.filter((name, index) => answers[index]?.status === 200 && found[name] !== "x");
    if (lost.length > 0) throw new Error(`Changes that were answered 200 are lost: ${lost.join()}.`);
  }
  return answers;
};

/** What is answered by one node is seen by a read through any other, at once. */
const causality: Race = async ({ urls }) => {
  const [first = "", ...others] = urls;
  const image = await makeImage(first, ["tag"]);
  const path = `/${image}/tags/tag`;
  const answers: Answered[] = [];
  for (const [method, expected] of [
    ["DELETE", 404],
    ["PUT", 204],
    ["DELETE", 404],
  ] as const) {
    const changed = await ask(first, { method, path });
    const seen = await Promise.all(others.map((url) => ask(url, { method: "GET", path })));
    answers.push(changed, ...seen);
    if (changed.status !== 204) continue;
    for (const { status } of seen) {
      if (status !== expected && status !== 503)
        throw new Error(`After ${method} a read elsewhere was ${status}.`);
    }
  }
  return answers;
};

/** Every race, by what is to hold in it. */
export const RACES: ReadonlyMap<string, Race> = new Map([
  ["what one node answered is seen through the others at once", causality],
  ["one tag that many remove is removed once", oneTag],
  ["a quota is not passed, and no tag is lost", quota],
  ["a deleted image stays deleted, without live tags", deletedImage],
  ["of many changes of one state of an image one is done", ifMatch],
  ["no change of an image's properties is lost", properties],
]);

function addition(property: string) {
  return [{ op: "add", path: `/${property}`, value: "x" }];
}

function times(one: Asked): Asked[] {
  return Array.from({ length: AT_ONCE }, () => one);
}

function names(prefix: string, length: number): string[] {
  return Array.from({ length }, (_, index) => `${prefix}-${index}`);
}

function count(answers: readonly Answered[], status: number): number {
  return answers.filter((answer) => answer.status === status).length;
}

/** The tags of an image by each server; none where it is gone. */
async function tagsByAll(urls: readonly string[], image: string): Promise<string[][]> {
  const found = await Promise.all(urls.map((url) => ask(url, { method: "GET", path: `/${image}` })));
  return found.map(({ status, text }) => {
    if (status !== 200) throw new Error(`The image was answered ${status}.`);
    return JSON.parse(text).tags;
  });
}
