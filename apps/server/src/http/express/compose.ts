import type { NextFunction, RequestHandler } from "express";

/**
 * Several handlers as one. Layers of Express's own would cost every request several times as much. Express is
 * given the promise of the last handler. A handler before that must not return one that is to be waited for.
 */
export function compose(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, done) => {
    let turn = 0;
    let promised: Promise<void> | undefined;
    const next: NextFunction = (error?: unknown) => {
      const handler = error ? undefined : handlers[turn++];
      if (handler === undefined) {
        done(error);
        return;
      }
      const outcome = handler(request, response, next);
      if (outcome instanceof Promise) promised = outcome;
    };
    next();
    return promised;
  };
}
