/**
 * Programs that use what a generator made of the document, by the generator. Each is given an endpoint and a token, makes an
 * image with tags and a property, removes one tag, which has a slash, and prints what the others are.
 */
export const PROGRAMS = {
  "openapi-typescript": `
import createClient from "openapi-fetch";
import type { paths } from "./generated/openapi-typescript.ts";

const [baseUrl = "", token = ""] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { "X-Auth-Token": token } });

const made = await client.POST("/v2/images", {
  body: { name: "generated", tags: ["a/b", "c"], min_disk: 1, kernel_id: null, os_distro: "debian", anything: "else" },
});
if (made.data === undefined) throw new Error(made.error.error.message);
const path = { image_id: made.data.id };
const removed = await client.DELETE("/v2/images/{image_id}/tags/{tag}", { params: { path: { ...path, tag: "a/b" } } });
const again = await client.DELETE("/v2/images/{image_id}/tags/{tag}", { params: { path: { ...path, tag: "a/b" } } });
const patched = await client.PATCH("/v2/images/{image_id}", {
  params: { path },
  headers: { "Content-Type": "application/openstack-images-v2.0-json-patch" },
  body: [{ replace: "/name", value: "patched" }],
});
const head = await client.HEAD("/v2/images/{image_id}", { params: { path } });
const list = await client.GET("/v2/images", {
  params: { query: { tag: ["c"], properties: { anything: "else" } } },
  querySerializer: ({ properties, ...query }) => new URLSearchParams({ ...properties, tag: String(query.tag) }).toString(),
});
const shown = await client.GET("/v2/images/{image_id}", { params: { path } });
const tags: string[] | undefined = shown.data?.tags;
console.log(
  JSON.stringify({
    removed: removed.response.status,
    again: [again.response.status, again.error?.error.reason],
    head: head.response.status,
    name: patched.data?.name,
    listed: list.data?.images.length,
    tags,
  }),
);

// @ts-expect-error -- a tag is text
void (() => client.POST("/v2/images", { body: { tags: [1] } }));
// @ts-expect-error -- a removal names a tag
void (() => client.DELETE("/v2/images/{image_id}/tags/{tag}", { params: { path } }));
`,

  "hey-api": `
import { client } from "./generated/hey-api/client.gen.ts";
import { imagesCreate, imagesList, imagesShow, imagesShowHead, imagesUpdate, imageTagsDelete } from "./generated/hey-api/index.ts";

const [baseUrl = "", token = ""] = process.argv.slice(2);
client.setConfig({ baseUrl, auth: token });

const made = await imagesCreate({
  body: { name: "generated", tags: ["a/b", "c"], min_disk: 1, kernel_id: null, os_distro: "debian", anything: "else" },
});
if (made.data === undefined) throw new Error(made.error.error.message);
const path = { image_id: made.data.id };
const removed = await imageTagsDelete({ path: { ...path, tag: "a/b" } });
const again = await imageTagsDelete({ path: { ...path, tag: "a/b" } });
const patched = await imagesUpdate({ path, body: [{ op: "replace", path: "/name", value: "patched" }] });
const head = await imagesShowHead({ path });
const list = await imagesList({ query: { tag: ["c"], properties: { anything: "else" } } });
const shown = await imagesShow({ path });
const tags: string[] | undefined = shown.data?.tags;
console.log(
  JSON.stringify({
    removed: removed.response?.status,
    again: [again.response?.status, again.error?.error.reason],
    head: head.response?.status,
    name: patched.data?.name,
    listed: list.data?.images.length,
    tags,
  }),
);

// @ts-expect-error -- a tag is text
void (() => imagesCreate({ body: { tags: [1] } }));
// @ts-expect-error -- a removal names a tag
void (() => imageTagsDelete({ path }));
`,
} as const;
