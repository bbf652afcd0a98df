import { mkdirSync } from "node:fs";

/** How often Glance puts into its cache what it was told to, in seconds. */
const PREFETCH_INTERVAL = 2;

type Sections<Value> = Record<string, Record<string, Value>>;

/**
 * Settings of a Glance with all that tempest tests: two stores, in the order in which tempest expects them, and one of foreign
 * files, import by its methods, locations, and a cache in a folder, which is made.
 */
export function glanceOfAllFeatures(cache: string): Sections<string | number> {
  mkdirSync(cache);
  return {
    DEFAULT: {
      enabled_backends: "copies:file, files:file, web:http",
      enabled_import_methods: "[glance-direct,web-download,copy-image,glance-download]",
      show_multiple_locations: "true",
      image_cache_dir: cache,
      cache_prefetcher_interval: PREFETCH_INTERVAL,
    },
    paste_deploy: {
      flavor: "keystone+cachemanagement",
      config_file: "/etc/glance/glance-api-paste.ini",
    },
    // Of every port, for Glance fetches from itself too.
    import_filtering_opts: { allowed_ports: "[]", allowed_hosts: "[127.0.0.1]" },
  };
}

/** As that, with one store: tempest's tests of plain imports wait for the image in every store that there is. */
export function glanceOfOneStore(cache: string): Sections<string | number> {
  const settings = glanceOfAllFeatures(cache);
  return { ...settings, DEFAULT: { ...settings["DEFAULT"], enabled_backends: "files:file" } };
}

/** What tempest is told of such a Glance, by section. `webUrl` is of a file that may be imported. */
export function tempestSettings(webUrl: string): Sections<string | boolean> {
  return {
    image: { http_image: webUrl, image_caching_enabled: true },
    "image-feature-enabled": { manage_locations: true },
  };
}
