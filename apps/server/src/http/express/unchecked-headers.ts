import { isAppRoute, type AppRouter } from "@ts-rest/core";

/**
 * Takes any headers, and adds nothing to the copy of them that a handler is given.
 * Source: Standard Schema, StandardSchemaV1.
 */
const ANY_HEADERS = {
  "~standard": { version: 1, vendor: "imagetags", validate: () => ({ value: {} }) },
} as const;

/**
 * The contract with header schemas that check nothing. ts-rest makes a map of all headers to check one of them, which
 * costs the removal of a tag 7 % more CPU time. So a route checks its header itself, and gets it as Node read it.
 */
export function withoutHeaderChecks<Contract extends AppRouter>(contract: Contract): Contract {
  // The routes differ in that one member alone, and handlers get the headers either way.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return withoutHeaders(contract) as Contract;
}

function withoutHeaders(contract: AppRouter): object {
  return Object.fromEntries(
    Object.entries(contract).map(([name, member]) => [
      name,
      isAppRoute(member) ? { ...member, headers: ANY_HEADERS } : withoutHeaders(member),
    ]),
  );
}
