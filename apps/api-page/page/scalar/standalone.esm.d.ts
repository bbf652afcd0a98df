/**
 * What the page uses of Scalar's bundle for browsers, which the build puts here. Scalar's own types need packages that are
 * built into the bundle and not installed. Source: the configuration in Scalar's documentation, version 1.
 */
export interface ScalarSettings {
  readonly url: string;
  readonly baseServerURL: string;
  /** Empty: requests go to the server itself. */
  readonly proxyUrl: "";
  readonly telemetry: boolean;
  readonly withDefaultFonts: boolean;
  readonly agent: { readonly disabled: boolean };
  readonly mcp: { readonly disabled: boolean };
  readonly hideClientButton: boolean;
  readonly showDeveloperTools: "always" | "localhost" | "never";
  readonly persistAuth: boolean;
  readonly authentication: { readonly preferredSecurityScheme: string };
  readonly defaultHttpClient: { readonly targetKey: string; readonly clientKey: string };
  readonly metaData: { readonly title: string };
}

/** Shows the document in the element that the selector finds. */
export function createApiReference(element: string, settings: ScalarSettings): void;
