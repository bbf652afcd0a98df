import { fileURLToPath } from "node:url";

/** Where the files of the pages are, as the bundle carries them; alike for the bundle and for what it was made of. */
export const PAGES_FOLDER = fileURLToPath(new URL("../bundle/pages", import.meta.url));
