import { methodsByPath, type AppRouter } from "@imagetags/contract";

/** The label of what no route of the contract is for. */
const OTHER = "other";

/**
 * Finds the route of a request by the contract, such as `/v2/images/:image_id`. It is for requests that were answered before
 * Express looked for their route, or elsewhere. What callers send is never a label: there would be no end of them.
 */
export function routeLabels(contract: AppRouter): (url: string) => string {
  const patterns = [...methodsByPath(contract).keys(), "/openapi.json"].map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/:\w+/g, "[^/?]+")}(?:\\?|$)`),
  }));
  return (url) => {
    const versioned = url.replace(/^\/v2\.\d{1,2}\//, "/v2/");
    return patterns.find(({ pattern }) => pattern.test(versioned))?.path ?? OTHER;
  };
}
