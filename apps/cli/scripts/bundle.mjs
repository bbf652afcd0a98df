// Bundles the command, which then installs without dependencies.
import { fileURLToPath } from "node:url";
import { bundle } from "../../../scripts/bundle.mjs";

await bundle(fileURLToPath(new URL("..", import.meta.url)), "dist", { main: "src/main.ts" });
