import { methodsByPath, type AppRouter } from "@imagetags/contract";

/** Finds the methods that a path answers, by the contract. */
export type AllowedMethods = (path: string) => readonly string[] | undefined;

/** Looks up the methods of a path such as `/v2/images/42/tags/web` in the contract's own paths; its document stands beside. */
export function allowedMethods(contract: AppRouter): AllowedMethods {
  const patterns = [...methodsByPath(contract), ["/openapi.json", ["GET", "HEAD"]] as const].map(
    ([path, methods]) => ({
      pattern: new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`),
      methods,
    }),
  );
  return (path) => patterns.find(({ pattern }) => pattern.test(path))?.methods;
}
