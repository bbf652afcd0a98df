import { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";

/** The classes of a server's requests and responses. */
export interface MessageClasses {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * The classes for a server of this application. Express changes the prototype of every request and response.
 * That change costs little where the prototype is the right one already, as it is here.
 */
export function messageClassesOf(app: Express): MessageClasses {
  return {
    IncomingMessage: madeWith(IncomingMessage, app.request),
    ServerResponse: madeWith(ServerResponse, app.response),
  };
}

/** The same class, whose instances have this prototype. The prototype must inherit from the class's own. */
function madeWith<Class extends new (...args: never[]) => object>(base: Class, prototype: object): Class {
  function Made(...args: unknown[]): object {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a constructor is given what the base takes
    return Reflect.construct(base, args, Made) as object;
  }
  Made.prototype = prototype;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it makes what the base makes
  return Made as unknown as Class;
}
