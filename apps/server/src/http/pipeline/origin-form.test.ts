import { expect, test } from "vitest";
import { splitTarget } from "./origin-form.ts";

test.each([
  ["/v2/images?a=http://b/c", { originForm: "/v2/images?a=http://b/c" }],
  ["//a/b", { originForm: "//a/b" }],
  ["http://host/v2/images?tag=a", { authority: "host", originForm: "/v2/images?tag=a" }],
  ["HTTPS://[::1]:9292//a", { authority: "[::1]:9292", originForm: "//a" }],
  ["http://host", { authority: "host", originForm: "/" }],
  ["http://host?a/b", { authority: "host", originForm: "/?a/b" }],
  ["http://u:p@host/a", { authority: "u:p@host", originForm: "/a" }],
  ["http:///a", { authority: "", originForm: "/a" }],
  ["*", { originForm: "*" }],
  ["http:/a", { originForm: "http:/a" }],
  ["", { originForm: "" }],
])("%j is %j", (target, parts) => {
  expect(splitTarget(target)).toEqual(parts);
});
