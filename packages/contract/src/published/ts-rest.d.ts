// What the declarations of this package take from @ts-rest/core, as it stands in the published package: the
// declarations of @ts-rest/core 3.53.0-rc.1 are written for zod 3, and a compiler that checks them finds hundreds of
// errors beside zod 4.

/** Stands for a body's schema where there is no body. */
export declare const ContractNoBody: unique symbol;

/** See {@link ContractNoBody}. */
export type ContractNoBodyType = typeof ContractNoBody;

declare const kind: unique symbol;

/** Stands for a body's schema where the body is not JSON. */
export type ContractOtherResponse<TBody> = {
  contentType: string;
  body: TBody;
} & { readonly [kind]: "ContractOtherResponse" };

/** A route of a contract. Bodies, queries and headers are described by schemas of Standard Schema, which zod's are. */
export interface AppRoute {
  method: "GET" | "POST" | "DELETE" | "PUT" | "PATCH";
  /** With parameters after colons: `/v2/images/:image_id`. */
  path: string;
  pathParams?: unknown;
  query?: unknown;
  headers?: unknown;
  body?: unknown;
  summary?: string;
  description?: string;
  responses: Record<number, unknown>;
  metadata?: unknown;
}

/** A contract: routes by their names, in groups. */
export interface AppRouter {
  [name: string]: AppRouter | AppRoute;
}
