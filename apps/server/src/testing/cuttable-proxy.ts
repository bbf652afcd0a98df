import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Stands between a client and a database server, and can lose what passes between them. */
export interface CuttableProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends all connections, and lets in no new ones until {@link CuttableProxy.restore}. */
  cut(): void;
  /** Cuts when a client sends this text. The server does not get it. */
  cutAt(text: string): void;
  restore(): void;
  /** The next answer of the server is lost, and with it its connection. */
  loseNextReply(): void;
  /** The server's answers never arrive from here on, while the connections stand. */
  holdReplies(): void;
}

/** Opens a proxy on a free port of 127.0.0.1. */
export async function cuttableProxy(target: { host: string; port: number }): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let replies: "pass" | "lose" | "hold" = "pass";
  let isCut = false;
  let cutsAt: string | undefined;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    }
    client.on("data", (chunk) => {
      if (cutsAt !== undefined && chunk.includes(cutsAt)) cut();
      else upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (replies === "pass") client.write(chunk);
      if (replies === "lose") {
        replies = "pass";
        client.destroy();
      }
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const cut = (): void => {
    isCut = true;
    end();
  };
  return {
    port,
    cut,
    cutAt: (text) => void (cutsAt = text),
    restore() {
      isCut = false;
      cutsAt = undefined;
      replies = "pass";
    },
    loseNextReply: () => void (replies = "lose"),
    holdReplies: () => void (replies = "hold"),
    async [Symbol.asyncDispose]() {
      end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
