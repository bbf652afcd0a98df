import type { AppRoute, AppRouter, Contract } from "@imagetags/contract";
import type { ClientArgs, ClientInferResponses, InitClientReturn } from "@ts-rest/core";
import type { Client } from "../index.ts";
import { assertType, type Same } from "./assert.ts";

// The types of the client are written for whoever has no ts-rest. They say what ts-rest's own say of the contract.

type Replies<TClient> = {
  [Group in keyof TClient]: {
    [Name in keyof TClient[Group]]: TClient[Group][Name] extends (...input: never) => Promise<infer Reply>
      ? Reply
      : never;
  };
};
type Inputs<TClient> = {
  [Group in keyof TClient]: {
    [Name in keyof TClient[Group]]: TClient[Group][Name] extends (...input: infer Input) => unknown
      ? Input
      : never;
  };
};
type TsRestClient = InitClientReturn<Contract, ClientArgs>;
type TsRestInput = Inputs<TsRestClient>;

/** What is left of a call for ts-rest when what only its own client has is taken off. */
type WithoutOwn<TInput> = TInput extends readonly [(infer Only)?]
  ? [Omit<NonNullable<Only>, "overrideClientOptions" | "cache" | "next">]
  : never;

assertType<Same<Replies<Client>, Replies<TsRestClient>>>();
assertType<Same<Replies<Client>, ClientInferResponses<Contract>>>();

/** The routes whose input ts-rest takes and this client does not. */
type Refused = {
  [Group in keyof Contract]: {
    [Name in keyof Contract[Group]]: Contract[Group] extends AppRouter
      ? Contract[Group][Name] extends AppRoute
        ? Group extends keyof TsRestInput
          ? Name extends keyof TsRestInput[Group]
            ? Name extends keyof Client[Group]
              ? WithoutOwn<TsRestInput[Group][Name]> extends Inputs<Client>[Group][Name]
                ? never
                : Name
              : Name
            : Name
          : Group
        : Name
      : Group;
  }[keyof Contract[Group]];
}[keyof Contract];
assertType<Same<Refused, never>>();
