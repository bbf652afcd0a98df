// Builds the server where that is needed, then becomes it: in one process, so that the terminal, signals and the
// exit code are its own. package.json gives Node the server's limit of memory (young-generation.ts), for
// which the server would otherwise start this anew.
import { becomeServer } from "./become-server.mjs";

// pnpm runs a script in the root of the clone; whoever typed it means files from where they are.
await becomeServer(process.env.INIT_CWD ?? process.cwd());
