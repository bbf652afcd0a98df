import { isRecord } from "../calls/is-record.ts";
import { EndpointNotFoundError, type ListedEndpoint } from "./session-errors.ts";

/** Which endpoint is looked for. */
export interface EndpointChoice {
  readonly serviceType: string;
  /** The interfaces that will do, the best first. */
  readonly interfaces: readonly string[];
  readonly region: string | undefined;
}

/**
 * The URL of the first endpoint of the catalog that fits. Entries that are not in Keystone's form are passed over.
 * Source: Keystone api-ref, "Authentication and token management", `catalog`; keystoneauth1,
 * access/service_catalog.py.
 *
 * @throws {EndpointNotFoundError} when none does
 */
export function endpointIn(catalog: unknown, { serviceType, interfaces, region }: EndpointChoice): string {
  const listed = endpointsOf(catalog, serviceType);
  for (const wanted of interfaces) {
    const found = listed.find(
      (endpoint) => endpoint.interface === wanted && (region === undefined || endpoint.region === region),
    );
    if (found !== undefined) return found.url;
  }
  const where = region === undefined ? "" : ` in region ${region}`;
  throw new EndpointNotFoundError(
    `${interfaces.join(" or ")} endpoint of service type ${serviceType}${where}`,
    listed,
  );
}

function endpointsOf(catalog: unknown, serviceType: string): ListedEndpoint[] {
  return records(catalog)
    .filter(({ type }) => type === serviceType)
    .flatMap(({ endpoints }) => records(endpoints))
    .flatMap(({ interface: kind, region, region_id: regionId, url }) => {
      if (typeof kind !== "string" || typeof url !== "string" || url === "") return [];
      const name = [region, regionId].find((value) => typeof value === "string");
      // Catalogs that were converted from Keystone v2 write "publicURL".
      return [{ interface: kind.replace(/URL$/, ""), region: name, url }];
    });
}

function records(list: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
