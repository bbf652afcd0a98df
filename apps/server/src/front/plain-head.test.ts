import { describe, expect, test } from "vitest";
import { readPlainHead } from "./plain-head.ts";

const read = (lines: readonly string[], method = "GET") => readPlainHead(lines.join("\r\n"), method);

describe("the head of a plain reply", () => {
  test("is read with its headers as they came", () => {
    const lines = ["HTTP/1.1 200 OK", "content-LENGTH:  12 \t", "X-A: é", "X-A:", "X-B: a  b"];
    expect(read(lines)).toEqual({
      statusCode: 200,
      statusMessage: "OK",
      rawHeaders: ["content-LENGTH", "12", "X-A", "é", "X-A", "", "X-B", "a  b"],
      headers: { "content-length": "12", "x-a": "", "x-b": "a  b" },
      length: 12,
      persists: true,
    });
  });

  test.each([
    ["GET", "HTTP/1.1 204 No Content", []],
    ["GET", "HTTP/1.1 304 Not Modified", ["Content-Length: 7"]],
    ["HEAD", "HTTP/1.1 200 OK", ["Content-Length: 7"]],
    ["HEAD", "HTTP/1.1 404", []],
  ])("has no body behind it: %s, %s %j", (method, status, headers) => {
    expect(read([status, ...headers], method)).toMatchObject({ length: 0 });
  });

  test.each([
    ["close", false],
    ["Keep-Alive", true],
    ["keep-alive, close", false],
    ["upgrade", false],
  ])("with Connection: %s leaves the connection for another request: %s", (connection, persists) => {
    const lines = ["HTTP/1.1 200 OK", "Content-Length: 0", `Connection: ${connection}`];
    expect(read(lines)).toMatchObject({ persists });
    expect(read([...lines, "Connection: keep-alive"])).toMatchObject({ persists });
  });
});

describe("what is not plain is for Node's own client:", () => {
  test.each([
    [["HTTP/1.0 200 OK", "Content-Length: 0"]],
    [["HTTP/1.1 100 Continue"]],
    [["HTTP/1.1 103 Early Hints", "Content-Length: 0"]],
    [["HTTP/1.1 600 Odd", "Content-Length: 0"]],
    [["HTTP/1.1 20 OK", "Content-Length: 0"]],
    [["HTTP/1.1  200 OK", "Content-Length: 0"]],
    [["HTTP/1.1 200 O\u0000K", "Content-Length: 0"]],
    [["200 OK", "Content-Length: 0"]],
    [["HTTP/1.1 200 OK"]],
    [["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", "transfer-encoding: identity"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", "Content-Length: 3"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", "content-length: 4"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3, 3"]],
    [["HTTP/1.1 200 OK", "Content-Length: +3"]],
    [["HTTP/1.1 200 OK", "Content-Length: 0x3"]],
    [["HTTP/1.1 200 OK", "Content-Length:"]],
    [["HTTP/1.1 200 OK", "Content-Length: 9999999999999999"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", " folded: yes"]],
    [["HTTP/1.1 200 OK", "Content-Length : 3"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", ": nameless"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", "no colon"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", "X-A: a\rb"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", "X-A: a\nContent-Length: 4"]],
    [["HTTP/1.1 200 OK", "Content-Length: 3", ""]],
  ])("%j", (lines) => {
    expect(read(lines)).toBeUndefined();
  });
});
