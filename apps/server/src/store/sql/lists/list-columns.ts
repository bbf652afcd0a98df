import type {
  NumberField,
  SortField,
  TextField,
  TimeField,
} from "../../../images/model/image-list-filter.ts";

type ListedField = TextField | NumberField | TimeField | SortField | "protected" | "osHidden";

/** The columns of `images` that hold the fields by which a list is filtered or sorted. */
export const COLUMNS = {
  id: "id",
  name: "name",
  status: "status",
  containerFormat: "container_format",
  diskFormat: "disk_format",
  owner: "owner",
  checksum: "checksum",
  osHashAlgo: "os_hash_algo",
  osHashValue: "os_hash_value",
  size: "size",
  virtualSize: "virtual_size",
  minDisk: "min_disk",
  minRam: "min_ram",
  protected: "protected",
  osHidden: "os_hidden",
  createdAt: "created_at",
  updatedAt: "updated_at",
} as const satisfies Record<ListedField, string>;

/** The column that holds a field, with its table's name, since a subquery has columns of the same names. */
export function columnOf<Field extends ListedField>(field: Field) {
  return `images.${COLUMNS[field]}` as const;
}
