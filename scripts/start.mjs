// Serves from a clone, with the data in its root: see imagetags-server.mjs.
import { becomeServer } from "./become-server.mjs";

await becomeServer(process.cwd());
