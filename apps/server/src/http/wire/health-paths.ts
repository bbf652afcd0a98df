import { glanceContract } from "@imagetags/contract";

/**
 * The addresses by which load balancers ask about the server's health. They need no token, take any method, since HAProxy
 * asks by OPTIONS unless told otherwise, and are answered however busy the server is.
 */
export const HEALTH_PATHS: ReadonlySet<string> = new Set(
  Object.values(glanceContract.health).map(({ path }) => path),
);
