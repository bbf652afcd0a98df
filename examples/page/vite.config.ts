import { defineConfig } from "vite";

const proxy = { "/v2": process.env["IMAGETAGS_ENDPOINT"] ?? "http://127.0.0.1:9292" };

export default defineConfig({ server: { proxy }, preview: { proxy } });
