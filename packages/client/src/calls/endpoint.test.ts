import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parseEndpoint } from "./endpoint.ts";
import { InvalidOptionError } from "../errors/errors.ts";

describe("an endpoint", () => {
  test.each([
    ["http://127.0.0.1:9292", "http://127.0.0.1:9292"],
    ["https://glance.example.org", "https://glance.example.org"],
    ["HTTPS://Glance.Example.org:443/", "https://glance.example.org"],
    ["http://[::1]:9292", "http://[::1]:9292"],
    ["http://host/image", "http://host/image"],
    ["http://host/image/", "http://host/image"],
    ["http://host///", "http://host"],
    ["http://host/v2", "http://host"],
    ["http://host/v2/", "http://host"],
    ["http://host/image/v2//", "http://host/image"],
    ["http://host/image//v2", "http://host/image"],
    ["http://v2", "http://v2"],
    ["http://host/v2/v2", "http://host/v2"],
    ["http://host/v20", "http://host/v20"],
    ["http://host/env2", "http://host/env2"],
    ["http://host/v2/image", "http://host/v2/image"],
    ["http://host/a@b", "http://host/a@b"],
    ["http://host/büro", "http://host/b%C3%BCro"],
  ])("%s is the base %s", (endpoint, base) => {
    expect(parseEndpoint(endpoint)).toBe(base);
  });

  test.each([
    "",
    "glance",
    "glance:9292",
    "//host",
    "/v2",
    "ftp://host",
    "file:///etc/passwd",
    "http:",
    "http://",
    "http:host",
    "http:/host",
    "http:///host",
    "http://host?",
    "http://host/?region=a",
    "http://host#",
    "http://host/#top",
    "http://user@host",
    "http://user:hunter2@host",
    "http://:hunter2@host",
    "http://host:0x50",
    "http://host:99999",
    "http://ho st",
    " http://host",
    "http://host\n",
    "http://host/a b",
    "http://host\\path",
    "http://[::1",
    "http://%zz",
    undefined,
    null,
    9292,
    new URL("http://host"),
  ])("%s is refused by name, and not quoted", (endpoint) => {
    const refused = (() => {
      try {
        return parseEndpoint(endpoint);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(InvalidOptionError);
    expect(refused).toMatchObject({ code: "INVALID_OPTION", option: "endpoint" });
    expect(inspect(refused)).not.toContain("hunter2");
  });
});
