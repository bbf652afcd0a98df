import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readErrorBody } from "./error-body.ts";
import recorded from "../testing/data/glance-errors.json" with { type: "json" };
import { startTestServer } from "../testing/test-server.ts";

const HTML = "text/html; charset=UTF-8";
const PLAIN = "text/plain; charset=UTF-8";
const JSON_TYPE = "application/json";

/** The frame that WebOb puts an error's text in, and the texts as they were recorded without it. */
function page(status: number, title: string, message: string): string {
  const heading = `${status} ${title}`;
  return `<html>\n <head>\n  <title>${heading}</title>\n </head>\n <body>\n  <h1>${heading}</h1>\n  ${message}<br /><br />\n\n\n\n </body>\n</html>`;
}

describe("a recorded error of real Glance gives its message, clean:", () => {
  const told = recorded.filter(({ message, body }) => message !== undefined || body !== undefined);

  test.each(told)("$name ($status, $contentType)", async ({ status, contentType, message, body }) => {
    const isPage = contentType === HTML && message !== undefined;
    const wire = body ?? (isPage ? page(status, "Some Title", message) : `${message}\n\n   `);
    await using server = await startTestServer((response) =>
      response.writeHead(status, { "Content-Type": contentType ?? "" }).end(wire),
    );
    const reply = await server.client().images.create({ body: {} });
    const error = reply.status === 201 ? expect.fail("An error was expected.") : reply.body.error;
    expect(error.code).toBe(status);
    expect(error.title).not.toBe("");
    expect(error.message).not.toMatch(/<br|&#x27;|&lt;|^\d{3} |^\s|\s$|\n\n/);
    expect(error.message).toMatch(/^[A-Z].*\w/s);
  });

  test("and none of them is left out", () => expect(told.length).toBeGreaterThan(90));
});

test.each([
  [
    404,
    JSON_TYPE,
    '{"message": "Image a not found.<br /><br />\\n\\n\\n", "code": "404 Not Found", "title": "Not Found"}',
    404,
    "Not Found",
    "Image a not found.",
  ],
  [
    404,
    HTML,
    page(404, "Not Found", "Image &lt;b&gt;&amp;x &#x27;&#228;&#x27; not found."),
    404,
    "Not Found",
    "Image <b>&x 'ä' not found.",
  ],
  // A name that every object inherits is none of a character.
  [404, HTML, page(404, "Not Found", "No &constructor; here."), 404, "Not Found", "No &constructor; here."],
  [
    404,
    PLAIN,
    "404 Not Found\n\nThe resource could not be found.\n\n   ",
    404,
    "Not Found",
    "The resource could not be found.",
  ],
  [
    400,
    JSON_TYPE,
    '{"error":{"message":"The image tag is invalid.","code":"IMG.0115"}}',
    "IMG.0115",
    "Bad Request",
    "The image tag is invalid.",
  ],
  [
    401,
    JSON_TYPE,
    '{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}',
    "APIGW.0301",
    "Unauthorized",
    "Incorrect IAM authentication information",
  ],
  [403, JSON_TYPE, '{"error":{"code":403,"title":"Forbidden","message":"No."}}', 403, "Forbidden", "No."],
  [
    401,
    JSON_TYPE,
    '{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}',
    401,
    "Unauthorized",
    "The request you have made requires authentication.",
  ],
  [
    503,
    HTML,
    "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>",
    503,
    "Service Unavailable",
    "No server is available to handle this request.",
  ],
  [
    503,
    HTML,
    "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>",
    503,
    "Service Unavailable",
    "nginx",
  ],
  [500, "text/plain", "", 500, "Internal Server Error", "Internal Server Error."],
  [
    413,
    JSON_TYPE,
    '{"overLimit":{"code":413,"message":"Too many tags."}}',
    413,
    "Content Too Large",
    "Too many tags.",
  ],
  [400, JSON_TYPE, '{"error":"bad_request"}', 400, "Bad Request", "bad_request"],
  [404, JSON_TYPE, "[]", 404, "Not Found", "Not Found."],
  [404, JSON_TYPE, '{"error":{"code":404}}', 404, "Not Found", "Not Found."],
  [
    404,
    JSON_TYPE,
    '{"error":{"code":404,"title":"Not Fo',
    404,
    "Not Found",
    '{"error":{"code":404,"title":"Not Fo',
  ],
  [404, JSON_TYPE, "null", 404, "Not Found", "null"],
])("%i %s %s", (status, contentType, text, code, title, message) => {
  const reason = code === "IMG.0115" ? { reason: "invalid-tag" } : {};
  expect(readErrorBody(status, contentType, text)).toEqual({ error: { code, title, message, ...reason } });
});

test("any text at all is an error with a code, a title and a message", () => {
  const pieces = fc.constantFrom(
    "<",
    ">",
    "<head",
    "</head>",
    "<br />",
    "&",
    "&#",
    "&#x110000;",
    "&lt;",
    ";",
    "\n",
    "404 Not Found",
    "{",
    "}",
    '"error"',
    ":",
    "[]",
    "a",
    " ",
  );
  const texts = fc.oneof(fc.string({ unit: pieces, maxLength: 40 }), fc.string(), fc.json());
  fc.assert(
    fc.property(texts, fc.constantFrom(HTML, PLAIN, JSON_TYPE, null), (text, contentType) => {
      const { error } = readErrorBody(503, contentType, text);
      expect(["number", "string"]).toContain(typeof error.code);
      expect(error.title).toBeTypeOf("string");
      expect(error.message).toBeTypeOf("string");
      expect(error.message).not.toBe("");
    }),
  );
});

test("of a long page the beginning is told", () => {
  const { error } = readErrorBody(404, HTML, `<p>Not here. ${"x".repeat(65_000)}`);
  expect(error.message).toMatch(/^Not here\. x+$/);
  expect(error.message.length).toBeLessThan(9_000);
});

describe("the reason of an error", () => {
  const said = (reason: unknown) =>
    JSON.stringify({ error: { code: 404, title: "Not Found", message: "No.", reason } });

  test("is one of the contract's", () => {
    expect(readErrorBody(404, JSON_TYPE, said("no-such-tag")).error.reason).toBe("no-such-tag");
  });

  test.each(["some-later-reason", "constructor", "", 7, null])("that is %j is none", (reason) => {
    const error = { code: 404, title: "Not Found", message: "No." };
    expect(readErrorBody(404, JSON_TYPE, said(reason))).toEqual({ error });
  });
});
