const admin = "rule:context_is_admin";
const member = "rule:context_is_admin or (role:member and project_id:%(project_id)s)";
const reader = "rule:context_is_admin or (role:reader and project_id:%(project_id)s)";
const namespaceReader =
  "rule:context_is_admin or (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s))";

/**
 * Glance's rules about what this server does not serve, with their defaults. An operator's policy file holds
 * them too, and its other rules may refer to them. Source: Glance, glance/policies/base.py, image.py, cache.py,
 * discovery.py, metadef.py and tasks.py.
 */
export const UNSERVED_RULES: ReadonlyMap<string, string> = new Map([
  ["default", ""],
  ["service_api", "role:service or role:admin"],
  ...named(admin, "delete_image_location", "manage_image_cache", "copy_image", "stores_info_detail"),
  ...named(admin, "cache_image", "cache_list", "cache_delete"),
  ...named(member, "set_image_location"),
  ...named(`rule:service_api or (role:member and project_id:%(project_id)s)`, "add_image_location"),
  ...named(reader, "get_image_location"),
  ...named("rule:service_api", "fetch_image_location"),
  ...named("rule:default", "get_task", "get_tasks", "add_task", "modify_task"),
  ...named(admin, "tasks_api_access"),
  ["metadef_default", ""],
  ["metadef_admin", admin],
  ...named(reader, "get_metadef_namespaces"),
  ...named(namespaceReader, "get_metadef_namespace", "get_metadef_object", "get_metadef_objects"),
  ...named(namespaceReader, "get_metadef_property", "get_metadef_properties"),
  ...named(namespaceReader, "get_metadef_tag", "get_metadef_tags"),
  ...named(namespaceReader, "list_metadef_resource_types", "get_metadef_resource_type"),
  ...["namespace", "object", "tag"].flatMap((thing) =>
    named("rule:metadef_admin", `add_metadef_${thing}`, `modify_metadef_${thing}`, `delete_metadef_${thing}`),
  ),
  ...named("rule:metadef_admin", "add_metadef_tags", "delete_metadef_tags"),
  ...named("rule:metadef_admin", "add_metadef_property", "modify_metadef_property"),
  ...named("rule:metadef_admin", "remove_metadef_property"),
  ...named("rule:metadef_admin", "add_metadef_resource_type_association"),
  ...named("rule:metadef_admin", "remove_metadef_resource_type_association"),
]);

function named(rule: string, ...names: string[]): [string, string][] {
  return names.map((name) => [name, rule]);
}
