import { useState } from "preact/hooks";
import { ALL_IMAGES, VISIBILITY_CHOICES, writeAddress, type ImagesAddress } from "../address/address.ts";
import { goTo } from "../address/use-address.ts";
import { tell } from "../notices/notices.ts";
import { ExactText } from "../tags/exact-text.tsx";
import { TagInput } from "../tags/tag-input.tsx";
import { text } from "../texts/texts.ts";
import { visibilityName } from "./visibility-name.ts";

type TagFilter = "has" | "any" | "not";
const TAG_FILTERS: readonly TagFilter[] = ["has", "any", "not"];

/** What the list is filtered by, and how to filter it. */
export function ImageFilters({ address }: { readonly address: ImagesAddress }) {
  const [how, setHow] = useState<TagFilter>("has");
  const change = (part: Partial<ImagesAddress>) => goTo({ ...address, ...part });
  const isFiltered = writeAddress({ ...address, sort: ALL_IMAGES.sort }) !== writeAddress(ALL_IMAGES);

  return (
    <search class="filters" aria-label={text("filters")}>
      <label class="field">
        <span>{text("namePart")}</span>
        <input
          type="search"
          value={address.name}
          onInput={(event) => goTo({ ...address, name: event.currentTarget.value }, "replace")}
        />
      </label>
      <div class="field" role="group" aria-label={text("tag")}>
        <span aria-hidden="true">{text("tag")}</span>
        <span class="joined">
          <select
            aria-label={text("filterTagHow")}
            value={how}
            onChange={(event) =>
              setHow(TAG_FILTERS.find((each) => each === event.currentTarget.value) ?? "has")
            }
          >
            {TAG_FILTERS.map((each) => (
              <option key={each} value={each}>
                {filterName(each)}
              </option>
            ))}
          </select>
          <TagInput
            label={`${text("tag")}: ${filterName(how)}`}
            placeholder=""
            without={address[how]}
            onChoose={(tag) => {
              if (how !== "has" && tag.includes(",")) tell("refused", text("tagComma"));
              else change({ [how]: [...new Set([...address[how], tag])] });
            }}
          />
        </span>
      </div>
      <label class="field">
        <span>{text("owner")}</span>
        <input
          type="search"
          value={address.owner}
          onChange={(event) => change({ owner: event.currentTarget.value.trim() })}
        />
      </label>
      <label class="field">
        <span>{text("visibility")}</span>
        <select
          value={address.visibility ?? ""}
          onChange={(event) =>
            change({ visibility: VISIBILITY_CHOICES.find((choice) => choice === event.currentTarget.value) })
          }
        >
          <option value="">{text("visibilityDefault")}</option>
          {VISIBILITY_CHOICES.map((choice) => (
            <option key={choice} value={choice}>
              {visibilityName(choice)}
            </option>
          ))}
        </select>
      </label>
      {isFiltered && (
        <ul class="active-filters">
          {TAG_FILTERS.flatMap((each) =>
            address[each].map((tag) => (
              <li key={`${each} ${tag}`} class={`chip filter-${each}`}>
                <span class="chip-how">{filterName(each)}</span>
                <span class="chip-tag">
                  <ExactText text={tag} />
                </span>
                <button
                  type="button"
                  class="chip-remove"
                  aria-label={text("removeFilter", { filter: `${filterName(each)} ${tag}` })}
                  onClick={() => change({ [each]: address[each].filter((other) => other !== tag) })}
                >
                  ×
                </button>
              </li>
            )),
          )}
          <li>
            <button type="button" class="link" onClick={() => goTo({ ...ALL_IMAGES, sort: address.sort })}>
              {text("clearFilters")}
            </button>
          </li>
        </ul>
      )}
    </search>
  );
}

function filterName(filter: TagFilter): string {
  switch (filter) {
    case "has":
      return text("filterHas");
    case "any":
      return text("filterAny");
    case "not":
      return text("filterNot");
  }
}
