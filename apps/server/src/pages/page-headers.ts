/** What every page is served with, besides its policy. */
const ALWAYS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
} as const;

/** Where a page may have things from. What is named nowhere comes from nowhere. */
type Sources = Readonly<
  Record<`${"script" | "style" | "img" | "font" | "connect" | "manifest"}-src`, string>
>;

/** The headers of a page. It runs no code but its own files, asks this server alone, and stands in no frame. */
export function pageHeaders(sources: Sources): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    ...Object.entries(sources).map(([kind, from]) => `${kind} ${from}`),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { ...ALWAYS, "Content-Security-Policy": policy.join("; ") };
}
