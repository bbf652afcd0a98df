import type { NextFunction } from "express";

/** What the contract refuses is answered like all that is thrown. */
export const THROWN_ON = {
  requestValidationErrorHandler: (
    error: unknown,
    _request: unknown,
    _response: unknown,
    next: NextFunction,
  ) => next(error),
};
