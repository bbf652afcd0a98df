import { createApiReference } from "./scalar/standalone.esm.js";

// Whatever would ask another server, or sell something, is off. Requests go from the browser straight to this server.
createApiReference("#api", {
  url: new URL("../openapi.json", document.baseURI).href,
  baseServerURL: new URL("..", document.baseURI).href.replace(/\/$/, ""),
  proxyUrl: "",
  telemetry: false,
  withDefaultFonts: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  persistAuth: false,
  authentication: { preferredSecurityScheme: "token" },
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  metaData: { title: "imagetags API" },
});
