// Node's own modules in a bundle. An `import` of one reads all that it exports, which loads what it keeps until
// somebody asks for it: `node:http` has the whole of undici behind a getter, a tenth of the server's start.
import { builtinModules, createRequire } from "node:module";

const require = createRequire(import.meta.url);
const PREFIX = "\0node:";

/** A plugin of rolldown that takes of Node's modules only what is used. */
export function builtins() {
  const known = new Set(builtinModules);
  return {
    name: "builtins",
    resolveId(source, importer, { kind }) {
      const name = source.replace(/^node:/, "");
      // A `require` of one loads nothing besides. What rolldown itself adds is needed before anything else.
      if (!known.has(name) || kind !== "import-statement" || importer?.startsWith("\0rolldown") === true)
        return undefined;
      return { id: PREFIX + name };
    },
    load(id) {
      return id.startsWith(PREFIX)
        ? { code: builtinSource(id.slice(PREFIX.length)), moduleSideEffects: false }
        : undefined;
    },
  };
}

function builtinSource(name) {
  const names = Object.keys(require(`node:${name}`)).filter(
    (key) => key !== "default" && /^[\w$]+$/.test(key),
  );
  return [
    `const it = process.getBuiltinModule("node:${name}");`,
    "const read = (name) => it[name];",
    "export default it;",
    ...names.map((key) => `const _${key} = /* @__PURE__ */ read("${key}");\nexport { _${key} as ${key} };`),
    "",
  ].join("\n");
}
