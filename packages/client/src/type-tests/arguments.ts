import { createClient, type Client } from "../index.ts";

/** What a call must be given, and what it must not. Never run. */
export async function callRightAndWrong(client: Client): Promise<void> {
  const image_id = "i";
  const tag = "t";
  const { signal } = new AbortController();

  await client.imageTags.delete({ params: { image_id, tag } });
  await client.imageTags.delete({ params: { image_id, tag }, fetchOptions: { signal } });
  await client.imageTags.delete({ params: { image_id, tag }, extraHeaders: { "X-Other": "a" } });
  await client.imageTags.add({ params: { image_id, tag } });
  await client.imageTags.replace({ params: { image_id }, body: { tags: ["a"] } });
  await client.images.list({ query: { tag: ["a", "b"], limit: 2 } });
  await client.images.list({ query: { tag: "a" } });
  await client.images.list({
    query: { tag: ["a"], name: "x", sort: "name:asc", size_min: 1, os_hidden: true },
  });
  await client.images.list({ query: { "tags-any": "a,b", "not-tags": ["a", "b"], visibility: "all" } });
  await client.images.list({ query: { limit: undefined, marker: undefined, tag: undefined } });
  await client.images.list({ query: { os_distro: "debian", hw_vif_multiqueue_enabled: true } });
  await client.images.list();
  await client.images.list({});
  await client.images.list({ query: {} });
  await client.versions.choices();
  await client.imageTags.delete({ params: { image_id, tag }, headers: { "if-match": '"a"' } });
  await client.images.show({ params: { image_id }, headers: { "if-none-match": '"a"' } });
  await client.imageMembers.add({ params: { image_id }, body: { member: "m" } });
  await client.imageMembers.setStatus({ params: { image_id, member_id: "m" }, body: { status: "accepted" } });

  await client.imageData.upload({ params: { image_id }, body: new Blob(["a"]) });
  await client.imageData.upload({ params: { image_id }, body: new Uint8Array(1) });
  await client.imageData.upload({ params: { image_id }, body: new Blob(["a"]).stream() });
  await client.imageData.download({ params: { image_id }, headers: { range: "bytes=0-9" } });

  // @ts-expect-error -- no input
  await client.imageTags.delete();
  // @ts-expect-error -- no parameters
  await client.imageTags.delete({});
  // @ts-expect-error -- the tag is missing
  await client.imageTags.delete({ params: { image_id } });
  // @ts-expect-error -- the image is missing
  await client.imageTags.delete({ params: { tag } });
  // @ts-expect-error -- a misnamed parameter
  await client.imageTags.delete({ params: { imageId: image_id, tag } });
  // @ts-expect-error -- a parameter too many
  await client.imageTags.delete({ params: { image_id, tag, other: "x" } });
  // @ts-expect-error -- a tag is text
  await client.imageTags.delete({ params: { image_id, tag: 7 } });
  // @ts-expect-error -- a tag may be missing at run time
  await client.imageTags.delete({ params: { image_id, tag: tag.length > 3 ? tag : undefined } });
  // @ts-expect-error -- the request body is ignored, so none is taken
  await client.imageTags.delete({ params: { image_id, tag }, body: {} });
  // @ts-expect-error -- a misnamed header
  await client.imageTags.delete({ params: { image_id, tag }, headers: { "if-matches": '"a"' } });
  // @ts-expect-error -- a header is text
  await client.imageTags.delete({ params: { image_id, tag }, headers: { "if-match": 7 } });
  // @ts-expect-error -- no such status
  await client.imageMembers.setStatus({ params: { image_id, member_id: "m" }, body: { status: "x" } });
  // @ts-expect-error -- no such route
  await client.imageTags.remove({ params: { image_id, tag } });
  // @ts-expect-error -- no such visibility
  await client.images.list({ query: { visibility: "secret" } });
  // @ts-expect-error -- one name only
  await client.images.list({ query: { name: ["a", "b"] } });
  // @ts-expect-error -- a size is a number
  await client.images.list({ query: { size_min: true } });
  // @ts-expect-error -- a property's value is text
  await client.images.list({ query: { os_distro: { is: "debian" } } });
  // @ts-expect-error -- the body is missing
  await client.imageTags.replace({ params: { image_id } });
  // @ts-expect-error -- an image is made of a body, even of one that says nothing
  await client.images.create();
  // @ts-expect-error -- the data is missing
  await client.imageData.upload({ params: { image_id } });
  // @ts-expect-error -- text has no bytes until it is encoded
  await client.imageData.upload({ params: { image_id }, body: "a" });
}

/** What a client must be given. Never run. */
export function createRightAndWrong(endpoint: string): void {
  createClient({ endpoint, token: "t" });
  createClient({ endpoint, token: () => "t", profile: "ims", timeoutMs: Infinity });
  createClient({ endpoint, token: async () => "t", fetch: globalThis.fetch });

  // @ts-expect-error -- no token
  createClient({ endpoint });
  // @ts-expect-error -- no endpoint
  createClient({ token: "t" });
  // @ts-expect-error -- no such profile
  createClient({ endpoint, token: "t", profile: "nova" });
  // @ts-expect-error -- a token is text
  createClient({ endpoint, token: () => undefined });
}
