import { defineConfig } from "vite";

const api = process.env["IMAGETAGS_ENDPOINT"] ?? "http://127.0.0.1:9292";

export default defineConfig({
  // The page may be served below any prefix.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { "/v2": api, "/session": api, "/settings": api } },
});
