import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Checks } from "../lib/checks.ts";

/** What a program of a stranger's takes of the packages; all of it has to be declared. */
const USE = `
import { createClient, images, removeTags, type Image } from "@imagetags/client";
import { fromCloud } from "@imagetags/client/node";
import { glanceContract, routesOf, servedSchema, type Contract } from "@imagetags/contract";
import { openApiDocument } from "@imagetags/contract/openapi";

export const contract: Contract = glanceContract;
export const names: string[] = routesOf(contract).map(({ name, route }) => name + route.path);
export const document: Record<string, unknown> = openApiDocument("ims");
export const stricter = servedSchema(glanceContract.images.show.responses[200]);

const client = createClient(fromCloud("mycloud"));
const reply = await client.images.list();
if (reply.status === 200) {
  const image: Image | undefined = reply.body.images[0];
  const tags: string[] | undefined = image?.tags;
  console.log(tags);
} else console.log(reply.body.error.message);
await client.images.list({});
for await (const image of images(client)) {
  for await (const { outcome } of removeTags(client, [{ imageId: image.id, tag: "old" }])) console.log(outcome);
}
`;

/** How strangers compile. None of them skips the check of declarations. */
const PROJECTS = {
  "a program for Node": {
    include: ["use.ts", "type-tests/*.ts"],
    compilerOptions: { module: "nodenext", types: ["node"], lib: ["es2023", "esnext.disposable"] },
  },
  "a page for browsers": {
    include: ["type-tests/*.ts"],
    compilerOptions: { module: "esnext", moduleResolution: "bundler", types: [], lib: ["es2024", "dom"] },
  },
} as const;

/** Compiles a stranger's program and the client's type tests against the packages, with TypeScript 5.9 and 7. */
export async function checkTypes(checks: Checks, project: string, root: string): Promise<void> {
  writeFileSync(join(project, "use.ts"), USE);
  copyTypeTests(join(root, "packages/client/src/type-tests"), join(project, "type-tests"));
  for (const [name, settings] of Object.entries(PROJECTS)) {
    for (const compiler of ["5.9", "7"]) {
      await checks.check(`TypeScript ${compiler} takes the declarations in ${name}`, async () => {
        const file = join(project, `tsconfig.${settings.compilerOptions.module}.json`);
        const compilerOptions = {
          target: "es2023",
          strict: true,
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          ...settings.compilerOptions,
        };
        writeFileSync(file, JSON.stringify({ ...settings, compilerOptions }));
        const tsc = join(project, `node_modules/typescript-${compiler}/bin/tsc`);
        await runToEnd(process.execPath, [tsc, "-p", file, "--pretty", "false"], { folder: project });
      });
    }
  }
}

/** Those of the type tests that are about what the package gives, and not about how it is made. */
function copyTypeTests(from: string, to: string): void {
  mkdirSync(to);
  for (const file of globSync("*.ts", { cwd: from })) {
    const code = readFileSync(join(from, file), "utf8");
    if (/from "(?:\.\.\/(?!index)|@ts-rest)/.test(code)) continue;
    writeFileSync(
      join(to, file),
      code.replaceAll('"../index.ts"', '"@imagetags/client"').replaceAll(/"(\.\/[^"]+)\.ts"/g, '"$1.js"'),
    );
  }
  for (const needed of ["arguments.ts", "replies.ts"]) {
    if (!existsSync(join(to, needed))) throw new Error(`${needed} is not a test of what the package gives.`);
  }
}
