import type { AppRoute, AppRouter, ContractNoBodyType, ContractOtherResponse } from "@imagetags/contract";

/** One function for each route of a router, grouped as there. */
export type ClientOf<TRouter extends AppRouter> = {
  [Name in keyof TRouter]: TRouter[Name] extends AppRoute
    ? Call<TRouter[Name]>
    : TRouter[Name] extends AppRouter
      ? ClientOf<TRouter[Name]>
      : never;
};

/** What every call takes besides what its route has. */
interface CallOptions {
  /** Further headers. */
  extraHeaders?: Record<string, string>;
  /** What the platform's `fetch` is told besides, such as the `signal` that ends the call. */
  fetchOptions?: Omit<RequestInit, "method" | "headers" | "body">;
}

type Call<TRoute extends AppRoute> =
  Nothing extends CallInput<TRoute>
    ? (input?: CallInput<TRoute>) => Promise<ReplyOf<TRoute>>
    : (input: CallInput<TRoute>) => Promise<ReplyOf<TRoute>>;

type CallInput<TRoute extends AppRoute> = Flat<
  Needed<{
    params: { [Name in ParamNames<TRoute["path"]>]: string };
    query: TRoute extends { query: infer Query } ? InputOf<Query> : unknown;
    headers: TRoute extends { headers: infer Headers } ? HeadersOf<Headers> : unknown;
  }> &
    BodyOf<TRoute> &
    CallOptions
>;

/** A body is always required, even where all its members are optional. */
type BodyOf<TRoute extends AppRoute> = TRoute extends { body: infer Body }
  ? Body extends ContractNoBodyType
    ? unknown
    : { body: InputOf<Body> }
  : unknown;

type HeadersOf<THeaders> = Flat<
  {
    [Name in keyof THeaders as undefined extends InputOf<THeaders[Name]> ? Name : never]?: InputOf<
      THeaders[Name]
    >;
  } & {
    [Name in keyof THeaders as undefined extends InputOf<THeaders[Name]> ? never : Name]: InputOf<
      THeaders[Name]
    >;
  }
>;

/** The replies of a route, told apart by their status. */
type ReplyOf<TRoute extends AppRoute> = {
  [Status in keyof TRoute["responses"] & number]: {
    status: Status;
    body: ReplyBodyOf<TRoute["responses"][Status]>;
    headers: Headers;
  };
}[keyof TRoute["responses"] & number];

type ReplyBodyOf<TResponse> = TResponse extends ContractNoBodyType
  ? undefined
  : TResponse extends ContractOtherResponse<infer Body>
    ? OutputOf<Body>
    : OutputOf<TResponse>;

/** The names after the colons of a path. */
type ParamNames<TPath extends string> = TPath extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | ParamNames<Tail>
    : Rest
  : never;

/** The types of a schema, which zod and others tell alike. Source: Standard Schema, version 1. */
interface Schema<TTypes> {
  readonly "~standard": { readonly types?: TTypes | undefined };
}
type InputOf<TSchema> = TSchema extends Schema<{ readonly input: infer Input }> ? Input : never;
type OutputOf<TSchema> = TSchema extends Schema<{ readonly output: infer Output }> ? Output : never;

/** The members that are required, and those that may be left out because all they hold is optional. */
type Needed<T> = { [Name in keyof T as Demanded<T[Name], Name>]: T[Name] } & {
  [Name in keyof T as keyof T[Name] extends never ? never : Exclude<Name, Demanded<T[Name], Name>>]?: T[Name];
};
type Demanded<T, Name> = Nothing extends T ? never : Name;
type Nothing = Record<string, never>;

/** The same type as one object, so that an editor shows it whole. */
type Flat<T> = { [Name in keyof T]: T[Name] };
