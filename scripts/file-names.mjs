// Says which file names stand for two things within a package. A name that is alike on purpose stands below with the
// rooms that make it so.
import { globSync } from "node:fs";
import { basename, dirname } from "node:path";

/** Each by the folders in which files of one name are parts of one thing. */
const ALIKE = [
  { why: "each folder's own entry", names: /^(index\.ts|run\.ts|run\.sh|setting\.ts)$/, rooms: /./ },
  { why: "what each database needs", names: /./, rooms: /^store\/(sqlite|mysql|postgres|pooled|sql)$/ },
  {
    why: "a use case, what it asks of a store, and the tests of its route",
    names: /./,
    rooms: /^(images|images\/\w+|store\/sql|store\/sql\/\w+|http\/routes)$/,
  },
  { why: "who refuses", names: /^overload\.test\.ts$/, rooms: /^(http\/pipeline|store\/pooled)$/ },
];

const roots = globSync(["packages/*/src", "apps/*/src", "bench", "e2e"]);
const faults = roots.flatMap((root) => {
  const files = globSync("**/*.{ts,mjs,py,sh}", { cwd: root }).filter(
    (file) => !file.includes("node_modules"),
  );
  const byName = Object.entries(Object.groupBy(files, (file) => basename(file)));
  return byName
    .filter(([name, paths]) => paths.length > 1 && !isAlike(name, paths))
    .map(([name, paths]) => `${root}: ${name} stands for several things: ${paths.toSorted().join(", ")}`);
});

for (const fault of faults) console.log(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

function isAlike(name, paths) {
  return ALIKE.some(
    ({ names, rooms }) => names.test(name) && paths.every((path) => rooms.test(dirname(path))),
  );
}
