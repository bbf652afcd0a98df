import { methodsByPath, type AppRouter } from "@imagetags/contract";

/** Finds the methods that a path answers, by the contract. */
export type AllowedMethods = (path: string) => readonly string[] | undefined;

/**
 * Looks up a path such as `/v2/images/42/tags/web` among the contract's own paths. The contract's document is a
 * path too.
 */
export function allowedMethods(contract: AppRouter): AllowedMethods {
  const patterns = [...methodsByPath(contract), ["/openapi.json", ["GET", "HEAD"]] as const].map(
    ([path, methods]) => ({
      pattern: new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`),
      methods,
    }),
  );
  return (path) => patterns.find(({ pattern }) => pattern.test(path))?.methods;
}
