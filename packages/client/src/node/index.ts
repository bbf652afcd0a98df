export { fromCloud, type CloudOptions } from "./from-cloud.ts";
export { InvalidCloudError } from "./invalid-cloud-error.ts";
export { undiciFetch } from "./undici-fetch.ts";
