// Writes docs/errors.md; with --check compares instead and fails when it differs.
import { readFile, writeFile } from "node:fs/promises";
import { STATUS_CODES } from "node:http";
import { ERROR_REASONS } from "../dist/index.js";

const file = new URL("../../../docs/errors.md", import.meta.url);
const rows = Object.entries(ERROR_REASONS).map(([reason, { status, cause, remedy, imsCode }]) => {
  const code = imsCode === undefined ? "" : ` In the \`ims\` profile \`code\` is \`${imsCode}\`.`;
  return `## ${reason}\n\n${status} ${STATUS_CODES[status]}.${code}\n\n- Cause: ${cause}\n- Remedy: ${remedy}\n`;
});
const page = `# Errors

Every error has one body, whichever request met it and in either profile:

\`\`\`json
{"error":{"code":404,"title":"Not Found","message":"Image 42 has no tag web.","reason":"no-such-tag"}}
\`\`\`

\`reason\` is for programs, and is one of those below; further ones may come with a new version. \`message\` is for
people, and its words may change. \`code\` is the HTTP status, but for the IMS codes that are named below. Every reply
carries \`X-Openstack-Request-Id\`, by which the server's log has the request.

${rows.join("\n")}`;

if (!process.argv.includes("--check")) {
  await writeFile(file, page);
} else if ((await readFile(file, "utf8")) !== page) {
  console.error('docs/errors.md is not what the contract says: run "pnpm generate" and commit it.');
  process.exitCode = 1;
}
