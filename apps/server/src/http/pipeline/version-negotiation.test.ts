import { LAST_MINOR_VERSION } from "@imagetags/contract";
import { describe, expect, test } from "vitest";
import { negotiateVersion } from "./version-negotiation.ts";

describe("a request without a version in Accept", () => {
  test.each([
    ["/v2", "/v2"],
    ["/v2/", "/v2/"],
    ["/v2?limit=1", "/v2?limit=1"],
    ["/v2/images", "/v2/images"],
    ["/v2/images?tag=a", "/v2/images?tag=a"],
    ["/v2//images", "/v2//images"],
    ["/v2.0", "/v2"],
    ["/v2.0/images", "/v2/images"],
    ["/v2.9/images/42/tags/..", "/v2/images/42/tags/.."],
    ["/v2.10/images?tag=/v2.3/", "/v2/images?tag=/v2.3/"],
    [`/v2.${LAST_MINOR_VERSION}/images`, "/v2/images"],
    ["/v2.5?limit=1", "/v2?limit=1"],
  ])("for %s goes to the API as %s", (url, expected) => {
    expect(negotiateVersion(url, undefined)).toEqual({ kind: "api", url: expected });
  });

  test("for every minor version up to the last one goes to the API, and for the next nowhere", () => {
    for (let minor = 0; minor <= LAST_MINOR_VERSION; minor += 1) {
      expect(negotiateVersion(`/v2.${minor}/images`, undefined)).toEqual({ kind: "api", url: "/v2/images" });
    }
    expect(negotiateVersion(`/v2.${LAST_MINOR_VERSION + 1}/images`, undefined)).toEqual({
      kind: "nowhere",
    });
  });

  test.each(["/versions", "/versions/", "/versions?a", "/versions/v2"])(
    "for %s goes to the list of versions",
    (url) => {
      expect(negotiateVersion(url, undefined)).toEqual({ kind: "version-list" });
    },
  );

  test.each(["/healthcheck", "/healthcheck?a", "/openapi.json", "/openapi.json?x"])(
    "for %s goes to a page without a token",
    (url) => {
      expect(negotiateVersion(url, undefined)).toEqual({ kind: "anonymous" });
    },
  );

  test.each(["/", "/?a=b", "/images", "/images?a", "/images/42/tags/a"])(
    "for %s is answered with the versions",
    (url) => {
      expect(negotiateVersion(url, undefined)).toEqual({ kind: "versions" });
    },
  );

  test.each([
    "/v1/images",
    "/v3/images",
    "/V2/images",
    "/v2.99/images",
    "/v2.100/images",
    "/v2.00/images",
    "/v2.01/images",
    "/v2./images",
    "/v2.-1/images",
    "/v2.1.1/images",
    "/v20/images",
    "/v2x/images",
    "/v2%2Fimages",
    "//v2/images",
    "//",
    "/imagesx",
    "//images",
    "/Versions",
    "/versionsx",
    "//versions",
    "/healthcheck/",
    "/openapi.json/",
    "/openapi",
    "/favicon.ico",
    "*",
    "",
    "http://host/v2/images",
    "v2/images",
  ])("for %s goes nowhere", (url) => {
    expect(negotiateVersion(url, undefined)).toEqual({ kind: "nowhere" });
  });
});

describe("a request with a version in Accept", () => {
  const TYPE = "application/vnd.openstack.images-";

  test.each([
    ["v2", "/images", "/v2/images"],
    ["v2.0", "/images?tag=a", "/v2/images?tag=a"],
    [`v2.${LAST_MINOR_VERSION}`, "/", "/v2/"],
    // Glance too does not look for the version in the path then.
    ["v2", "/v2/images", "/v2/v2/images"],
  ])("%s for %s goes to the API as %s", (version, url, expected) => {
    expect(negotiateVersion(url, TYPE + version)).toEqual({ kind: "api", url: expected });
  });

  test.each([
    ["/versions", "version-list"],
    ["/healthcheck", "anonymous"],
  ])("for %s, which is of no version, goes there all the same", (url, kind) => {
    expect(negotiateVersion(url, `${TYPE}v2`)).toEqual({ kind });
  });

  test.each([
    ["v1", "/images"],
    ["v3", "/images"],
    ["v2.99", "/images"],
    ["v2.00", "/images"],
    ["v2.", "/images"],
    ["v2.1.1", "/images"],
    ["v2 ", "/images"],
    ["vx", "/v2/images"],
    ["v3", "/"],
  ])("%s for %s is answered with the versions", (version, url) => {
    expect(negotiateVersion(url, TYPE + version)).toEqual({ kind: "versions" });
  });

  test.each([
    ["v2", "*"],
    ["v2", "http://host/images"],
    ["v3", "/healthz"],
    ["v3", "/v2.99/images"],
  ])("%s for %s goes nowhere", (version, url) => {
    expect(negotiateVersion(url, TYPE + version)).toEqual({ kind: "nowhere" });
  });

  test.each([
    "*/*",
    "application/json",
    "",
    `${TYPE}v`,
    `text/html, ${TYPE}v2`,
    "application/vnd.openstack.compute-v2",
  ])("that is none, such as %j, is found by its path", (accept) => {
    expect(negotiateVersion("/v2.1/images", accept)).toEqual({ kind: "api", url: "/v2/images" });
    expect(negotiateVersion("/images", accept)).toEqual({ kind: "versions" });
  });
});
