import type { Express } from "express";
import type { AllowedMethods } from "./pipeline/allowed-methods.ts";

/** What is answered beside the API, without a version and without its authentication: the server's own pages. */
export interface BesideApi {
  /** The methods that an address answers; `undefined` where nothing is. */
  readonly methods: AllowedMethods;
  /** Adds the routes. */
  readonly mount: (app: Express) => void;
}
