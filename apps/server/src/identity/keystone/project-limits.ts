import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { KeystoneClient } from "./keystone-client.ts";
import { KeystoneTrouble } from "./keystone-trouble.ts";

/** What the limit of tags per image is called at Keystone. */
const RESOURCE = "image_tags";
/** How long Keystone's word on a project is believed, in milliseconds. */
const LIFETIME = 60_000;
/** The most projects that are remembered. */
const MOST = 10_000;

const endpointAnswer = z.object({
  endpoint: z.object({ service_id: z.string(), region_id: z.string().nullable().optional() }),
});
const limit = z.object({ region_id: z.string().nullable().optional() });
const limitsAnswer = z.object({ limits: z.array(limit.extend({ resource_limit: z.int() })) });
const registeredAnswer = z.object({
  registered_limits: z.array(limit.extend({ default_limit: z.int() })),
});

interface Place {
  readonly serviceId: string;
  readonly regionId: string | null;
}

interface Remembered {
  /** `undefined`: the cloud registers none. */
  readonly limit: number | undefined;
  readonly until: number;
}

/**
 * How many tags an image may have by the unified limits of a project: its own limit, or the one that is registered for all.
 * Service and region are those of an endpoint, as oslo.limit has it. What is remembered stands while Keystone is away.
 * Source: oslo.limit, `Enforcer`; Keystone, api-ref, "Unified Limits".
 */
export class ProjectLimits {
  readonly #client: Pick<KeystoneClient, "look">;
  readonly #endpointId: string;
  readonly #clock: () => number;
  readonly #known = new LRUCache<string, Remembered>({ max: MOST });
  /** The questions under way. Requests of the same project share one. */
  readonly #asked = new Map<string, Promise<number | undefined>>();
  #place: Place | undefined;

  constructor(client: Pick<KeystoneClient, "look">, endpointId: string, clock: () => number) {
    this.#client = client;
    this.#endpointId = endpointId;
    this.#clock = clock;
  }

  /** Whether nobody needs to be asked about a project. */
  isKnown(projectId: string): boolean {
    const known = this.#known.get(projectId);
    return known !== undefined && this.#clock() < known.until;
  }

  /** The limit, negative for none; `undefined` where the cloud registers none. Rejects when nobody can tell. */
  async of(projectId: string): Promise<number | undefined> {
    const known = this.#known.get(projectId);
    if (known !== undefined && this.#clock() < known.until) return known.limit;
    let asked = this.#asked.get(projectId);
    if (asked === undefined) {
      asked = this.#ask(projectId).finally(() => this.#asked.delete(projectId));
      this.#asked.set(projectId, asked);
    }
    try {
      return await asked;
    } catch (error) {
      if (known === undefined || !(error instanceof KeystoneTrouble)) throw error;
      return known.limit;
    }
  }

  async #ask(projectId: string): Promise<number | undefined> {
    const place = (this.#place ??= await this.#findPlace());
    const of = new URLSearchParams({ service_id: place.serviceId, resource_name: RESOURCE }).toString();
    const own = await this.#look(`/limits?${of}&project_id=${encodeURIComponent(projectId)}`, limitsAnswer);
    let found = here(own.limits, place)?.resource_limit;
    if (found === undefined) {
      const all = await this.#look(`/registered_limits?${of}`, registeredAnswer);
      found = here(all.registered_limits, place)?.default_limit;
    }
    this.#known.set(projectId, { limit: found, until: this.#clock() + LIFETIME });
    return found;
  }

  async #findPlace(): Promise<Place> {
    const path = `/endpoints/${encodeURIComponent(this.#endpointId)}`;
    const { endpoint } = await this.#look(path, endpointAnswer);
    return { serviceId: endpoint.service_id, regionId: endpoint.region_id ?? null };
  }

  async #look<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    return await this.#client.look(path, (json) => schema.safeParse(json).data);
  }
}

/** The limit of this region, or else the one of no region. */
function here<Limit extends z.infer<typeof limit>>(
  limits: readonly Limit[],
  { regionId }: Place,
): Limit | undefined {
  const ofRegion = (region: string | null) => limits.find(({ region_id = null }) => region_id === region);
  return ofRegion(regionId) ?? ofRegion(null);
}
