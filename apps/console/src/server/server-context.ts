import type { Client } from "@imagetags/client";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ServerSettings } from "./console-calls.ts";

/** The server that the page talks to. */
export interface Server {
  readonly client: Client;
  /** `undefined` of one that serves the page and nothing else for it. */
  readonly settings: ServerSettings | undefined;
}

export const ServerContext = createContext<Server | undefined>(undefined);

export function useServer(): Server {
  const server = useContext(ServerContext);
  if (server === undefined) throw new Error("There is no server above this part of the page.");
  return server;
}
