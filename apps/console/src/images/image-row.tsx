import type { Image } from "@imagetags/client";
import { ALL_HISTORY, ALL_IMAGES, writeAddress, type ImagesAddress } from "../address/address.ts";
import { goTo } from "../address/use-address.ts";
import { AddTag } from "../tags/add-tag.tsx";
import { ExactText } from "../tags/exact-text.tsx";
import { TagChip } from "../tags/tag-chip.tsx";
import { nameOf, useChangeTag } from "../tags/use-change-tag.tsx";
import { day, text, time } from "../texts/texts.ts";
import { visibilityName } from "./visibility-name.ts";

interface Props {
  readonly image: Image;
  readonly address: ImagesAddress;
  readonly isSelected: boolean;
  readonly onToggle: () => void;
}

/** What is shown of an image, and how its tags are changed. */
export function ImageRow({ image, address, isSelected, onToggle }: Props) {
  const changeTag = useChangeTag();
  const name = nameOf(image);
  const filterBy = (tag: string) => goTo({ ...address, has: [...new Set([...address.has, tag])] });

  return (
    <>
      <span role="cell" class="cell-select">
        <input
          type="checkbox"
          aria-label={text("rowSelect", { image: name })}
          checked={isSelected}
          onChange={onToggle}
        />
      </span>
      <span role="cell" class="cell-name">
        <span class="name" title={name}>
          {name === image.id ? <em>{text("nameless")}</em> : <ExactText text={name} />}
        </span>
        <code class="id">{image.id}</code>
      </span>
      <span role="cell" class="cell-tags">
        <ul class="chips" aria-label={text("tags")}>
          {image.tags.map((tag) => (
            <TagChip
              key={tag}
              tag={tag}
              imageName={name}
              onFilter={() => filterBy(tag)}
              onRemove={() => void changeTag(image, tag, "removed")}
            />
          ))}
          <li>
            <AddTag image={image} onAdd={(tag) => void changeTag(image, tag, "added")} />
          </li>
        </ul>
      </span>
      <span role="cell" class={`cell-status status-${image.status === "active" ? "active" : "other"}`}>
        <ExactText text={image.status} />
      </span>
      <span role="cell" class="cell-visibility">
        {visibilityName(image.visibility)}
      </span>
      <span role="cell" class="cell-owner">
        {image.owner !== undefined && image.owner !== null && (
          <a href={writeAddress({ ...ALL_IMAGES, owner: image.owner })} title={image.owner}>
            <ExactText text={image.owner} />
          </a>
        )}
      </span>
      <span role="cell" class="cell-changed">
        <time dateTime={image.updated_at} title={time(image.updated_at)}>
          {day(image.updated_at)}
        </time>
      </span>
      <span role="cell" class="cell-history">
        <a
          class="icon-link"
          href={writeAddress({ ...ALL_HISTORY, image: image.id })}
          aria-label={text("historyOfImage", { image: name })}
          title={text("history")}
        >
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path
              d="M2.5 8a5.5 5.5 0 1 0 1.8-4.1M2.5 2.5v2.5h2.5M8 5v3.200l2.200 1.500"
              fill="none"
              stroke="currentColor"
              stroke-width="1.4"
              stroke-linecap="round"
              stroke-linejoin="round"
            />
          </svg>
        </a>
      </span>
    </>
  );
}
