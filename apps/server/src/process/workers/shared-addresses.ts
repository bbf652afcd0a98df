import cluster from "node:cluster";
import { createServer } from "node:net";
import type { Config } from "../../config/config.ts";
import { textOfAddress, type ListenAddress, type TcpAddress } from "../../config/listen-address.ts";
import { removeStaleSocket } from "../listening/stale-socket.ts";

/** The first number of what a worker is handed: the three usual ones come before it, and the channel to the first process. */
const FIRST_HANDED_ON = 4;

/** The umask of workers, where the first process has another one. */
let usual: number | undefined;

/**
 * Prepares the first process of several to share its addresses with workers, and returns how those are told of them. Port 0
 * becomes a free one that all share, later ones too; open sockets are handed on.
 */
export async function shareAddresses({
  listen,
  socketMode,
}: Pick<Config, "listen" | "socketMode">): Promise<string> {
  const handedOn: number[] = [];
  const shared: ListenAddress[] = [];
  for (const address of listen) {
    if (address.kind === "unix") await removeStaleSocket(address.path);
    if (address.kind === "tcp") shared.push(await fixedAddress(address));
    else if (address.kind === "unix") shared.push(address);
    else shared.push({ kind: "fd", fd: FIRST_HANDED_ON + handedOn.push(address.fd) - 1 });
  }
  // The first process makes the sockets, whenever workers ask for them; they have their mode from the beginning.
  if (listen.some(({ kind }) => kind === "unix")) usual = process.umask(0o777 & ~socketMode);
  if (handedOn.length > 0)
    cluster.setupPrimary({ stdio: ["inherit", "inherit", "inherit", "ipc", ...handedOn] });
  return shared.map(textOfAddress).join(",");
}

/** Does something, such as starting a process, under the umask that this process was started with. */
export function withUsualUmask<Result>(work: () => Result): Result {
  if (usual === undefined) return work();
  const own = process.umask(usual);
  try {
    return work();
  } finally {
    process.umask(own);
  }
}

function fixedAddress(address: TcpAddress): Promise<TcpAddress> {
  if (address.port !== 0) return Promise.resolve(address);
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, address.host, () => {
      const bound = probe.address();
      const port = bound === null || typeof bound === "string" ? 0 : bound.port;
      probe.close(() => resolve({ ...address, port }));
    });
  });
}
