/** The images of the examples, whose ids stay as they are. */
export const EXAMPLE_IDS = {
  debian12: "d61d8d06-c77b-41db-ba48-89a44b95bc77",
  debian13: "5e0c2ea8-9d25-4b51-9f80-3f0c43a4f0e6",
  alpine: "a4d9f3b1-6a0e-4f0b-8d5e-0c1f2b7f9d11",
  absent: "00000000-0000-4000-8000-000000000000",
} as const;

/** A tag that no profile takes. */
export const TOO_LONG = "x".repeat(256);

/** An entity tag that nothing has. */
export const OTHER_STATE = '"of-another-state"';
