/** What the page shows, as its address says it: a view can be sent to somebody. */
export type Address = ImagesAddress | TagsAddress | HistoryAddress;

/** Images, filtered: all that is asked for must hold. */
export interface ImagesAddress extends ImageChoice {
  readonly view: "images";
  readonly sort: Sort;
}

/** Which images. */
export interface ImageChoice {
  /** Tags that an image must bear, all of them. */
  readonly has: readonly string[];
  /** Tags of which it must bear one or more. */
  readonly any: readonly string[];
  /** Tags of which it must bear none. */
  readonly not: readonly string[];
  /** A part of its name, whatever the case. */
  readonly name: string;
  /** The project that owns it. */
  readonly owner: string;
  readonly visibility: VisibilityChoice | undefined;
}

/** Images of all visibilities, or of one. */
export const VISIBILITY_CHOICES = ["public", "community", "shared", "private", "all"] as const;
export type VisibilityChoice = (typeof VISIBILITY_CHOICES)[number];

/** What the table can be sorted by. */
export const SORT_COLUMNS = ["name", "status", "updated_at"] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface Sort {
  readonly column: SortColumn;
  readonly direction: "asc" | "desc";
}

/** All tags. */
export interface TagsAddress {
  readonly view: "tags";
  /** A part of the tag, whatever the case. */
  readonly part: string;
  /** Only tags about which something is odd. */
  readonly onlyOdd: boolean;
}

/** What became of tags. */
export interface HistoryAddress {
  readonly view: "history";
  readonly image: string;
  readonly tag: string;
  readonly user: string;
}

/** Every image, by its name. */
export const ALL_IMAGES: ImagesAddress = {
  view: "images",
  has: [],
  any: [],
  not: [],
  name: "",
  owner: "",
  visibility: undefined,
  sort: { column: "name", direction: "asc" },
};

export const ALL_TAGS: TagsAddress = { view: "tags", part: "", onlyOdd: false };

export const ALL_HISTORY: HistoryAddress = { view: "history", image: "", tag: "", user: "" };

/** Reads a fragment such as `#/images?has=a&not=b`; what it does not know it leaves out. */
export function readAddress(fragment: string): Address {
  const [path = "", query = ""] = split(fragment.replace(/^#\/?/, ""));
  const given = new URLSearchParams(query);
  const one = (name: string) => given.get(name) ?? "";
  const some = (name: string) => [...new Set(given.getAll(name))].filter((value) => value !== "");
  if (path === "tags") return { view: "tags", part: one("part"), onlyOdd: given.has("odd") };
  if (path === "history") return { view: "history", image: one("image"), tag: one("tag"), user: one("user") };
  return {
    view: "images",
    has: some("has"),
    any: some("any"),
    not: some("not"),
    name: one("name"),
    owner: one("owner"),
    visibility: VISIBILITY_CHOICES.find((choice) => choice === one("visibility")),
    sort: readSort(one("sort")),
  };
}

/** The fragment of an address, which {@link readAddress} reads. */
export function writeAddress(address: Address): string {
  const query = new URLSearchParams(
    entriesOf(address).flatMap(([name, values]) =>
      values.filter((value) => value !== "").map((value) => [name, value]),
    ),
  ).toString();
  return `#/${address.view}${query === "" ? "" : `?${query}`}`;
}

function entriesOf(address: Address): readonly (readonly [name: string, values: readonly string[]])[] {
  switch (address.view) {
    case "images": {
      const { sort } = address;
      const written = `${sort.column}:${sort.direction}`;
      return [
        ["has", address.has],
        ["any", address.any],
        ["not", address.not],
        ["name", [address.name]],
        ["owner", [address.owner]],
        ["visibility", [address.visibility ?? ""]],
        ["sort", [written === "name:asc" ? "" : written]],
      ];
    }
    case "tags":
      return [
        ["part", [address.part]],
        ["odd", [address.onlyOdd ? "1" : ""]],
      ];
    case "history":
      return [
        ["image", [address.image]],
        ["tag", [address.tag]],
        ["user", [address.user]],
      ];
  }
}

function readSort(text: string): Sort {
  const [key, direction] = text.split(":");
  const column = SORT_COLUMNS.find((known) => known === key);
  if (column === undefined) return ALL_IMAGES.sort;
  return { column, direction: direction === "desc" ? "desc" : "asc" };
}

/** Path and query. */
function split(text: string): readonly string[] {
  const mark = text.indexOf("?");
  return mark === -1 ? [text] : [text.slice(0, mark), text.slice(mark + 1)];
}
