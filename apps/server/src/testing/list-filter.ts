import type { CloudTagFilter } from "../images/model/cloud-tag.ts";
import type { ImageListFilter, TagFilter } from "../images/model/image-list-filter.ts";
import type { ImageRecord } from "../images/model/image-record.ts";
import type { ImageStore } from "../images/model/image-store.ts";

/** The part of a list that a test sets. */
export type SaidOfList = Partial<Omit<ImageListFilter, "tags">> & { readonly tags?: Partial<TagFilter> };

/**
 * A list for a test: as a member of project alpha asks plainly, with a longer page, unless the test says otherwise.
 */
export function listFilter(said: SaidOfList = {}): ImageListFilter {
  return {
    conditions: [{ kind: "is", field: "osHidden", value: false }],
    visibility: undefined,
    memberStatus: "accepted",
    projectId: "alpha",
    asAdmin: false,
    sort: [
      { field: "createdAt", direction: "desc" },
      { field: "id", direction: "desc" },
    ],
    limit: 1000,
    after: undefined,
    ...said,
    tags: { all: [], any: [], none: [], notAll: [], ...said.tags },
  };
}

/** A page of a list. Throws when its marker is not there. */
export async function listed(store: ImageStore, said: SaidOfList = {}): Promise<readonly ImageRecord[]> {
  const page = await store.listImages(listFilter(said));
  if (page === "no-marker") throw new Error(`There is no image ${said.after}.`);
  return page.images;
}

/** The same of tags. */
export function cloudTagFilter(said: Partial<CloudTagFilter> = {}): CloudTagFilter {
  const { conditions, visibility, memberStatus, projectId, asAdmin } = listFilter();
  const images = { conditions, visibility, memberStatus, projectId, asAdmin };
  return { ...images, name: { begins: "" }, limit: 25, after: undefined, ...said };
}
