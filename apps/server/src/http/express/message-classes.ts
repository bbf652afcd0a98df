import { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";

/** The classes of which a server makes its requests and responses. */
export interface MessageClasses {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * The classes for a server of this application. Express gives every request and response a prototype of
 * its own, which costs the more as they were made with another: these are made with it.
 */
export function messageClassesOf(app: Express): MessageClasses {
  return {
    IncomingMessage: madeWith(IncomingMessage, app.request),
    ServerResponse: madeWith(ServerResponse, app.response),
  };
}

/** The same class, but that what it makes has this prototype, which inherits from the class's own. */
function madeWith<Class extends new (...args: never[]) => object>(base: Class, prototype: object): Class {
  function Made(...args: unknown[]): object {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a constructor is given what the base takes
    return Reflect.construct(base, args, Made) as object;
  }
  Made.prototype = prototype;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it makes what the base makes
  return Made as unknown as Class;
}
