import { fileURLToPath } from "node:url";

/** The path of the database that Glance 25.1.0 wrote. Work on copies. */
export const GLANCE_FILE = fileURLToPath(new URL("data/glance-25.1.0.sqlite", import.meta.url));
