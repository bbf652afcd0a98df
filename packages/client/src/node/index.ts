export { environmentFetch } from "./environment-fetch.ts";
export { fromCloud, type CloudOptions } from "./from-cloud.ts";
export { InvalidCloudError } from "./invalid-cloud-error.ts";
export { InvalidEnvironmentError } from "./invalid-environment-error.ts";
export { undiciFetch } from "./undici-fetch.ts";
