import type { ImageListFilter } from "./image-list-filter.ts";

/** Which tags to list, of which images, and which page of them. All of it must hold. */
export interface CloudTagFilter extends Pick<
  ImageListFilter,
  "conditions" | "visibility" | "memberStatus" | "projectId" | "asAdmin"
> {
  /** What the tag is, or what it begins with; nothing: any tag. */
  readonly name: { readonly is: string } | { readonly begins: string };
  /** More than none. */
  readonly limit: number;
  /** The tag to go on after, which need not be of the list; `undefined`: the first page. */
  readonly after: string | undefined;
}

/** A tag that images of a list bear. */
export interface CloudTag {
  readonly name: string;
  /** How many of them, one or more. */
  readonly images: number;
  /** When it was last added to one of them, or removed from one, in microseconds since 1970. */
  readonly changed: number;
}

/** A page of tags, in the order of their code points. */
export interface CloudTagsListed {
  readonly tags: readonly CloudTag[];
  /** The tag to go on after, when there may be more. The caller may see none of its images. */
  readonly next: string | undefined;
}
