/** How results can be written: the table is for people, the others for programs. */
export const OUTPUT_FORMATS = ["table", "json", "yaml", "csv", "value"] as const;

/** One of {@link OUTPUT_FORMATS}. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
