import type { TagAction } from "@imagetags/client";
import { useState } from "preact/hooks";
import { ExactText } from "../tags/exact-text.tsx";
import { TagInput } from "../tags/tag-input.tsx";
import { text } from "../texts/texts.ts";

/** What is to become of each image. */
export interface Chosen {
  readonly action: TagAction;
  readonly tags: readonly string[];
}

interface Props {
  /** What was chosen before, for who comes back. */
  readonly before: Chosen;
  readonly onPlan: (chosen: Chosen) => void;
  readonly onCancel: () => void;
}

/** Asks what is to change about many images. */
export function ChangeForm({ before, onPlan, onCancel }: Props) {
  const [action, setAction] = useState(before.action);
  const [tags, setTags] = useState(before.tags);
  const [isMissing, setMissing] = useState(false);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (tags.length === 0) setMissing(true);
        else onPlan({ action, tags });
      }}
    >
      <fieldset class="ways">
        <legend class="unseen">{text("manyAction")}</legend>
        {(["added", "removed"] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="action"
              value={each}
              checked={each === action}
              onChange={() => setAction(each)}
            />
            <span>{text(each === "added" ? "manyAdd" : "manyRemove")}</span>
          </label>
        ))}
      </fieldset>
      <div class="field">
        <span aria-hidden="true">{text("manyTags")}</span>
        <ul class="chips">
          {tags.map((tag) => (
            <li key={tag} class="chip">
              <span class="chip-tag">
                <ExactText text={tag} />
              </span>
              <button
                type="button"
                class="chip-remove"
                aria-label={text("removeFilter", { filter: tag })}
                onClick={() => setTags(tags.filter((other) => other !== tag))}
              >
                ×
              </button>
            </li>
          ))}
          <li>
            <TagInput
              label={text("manyTags")}
              placeholder={text("addTag")}
              without={tags}
              takesFocus
              onChoose={(tag) => {
                setTags([...new Set([...tags, tag])]);
                setMissing(false);
              }}
            />
          </li>
        </ul>
        {isMissing && (
          <small class="problem" role="alert">
            {text("manyWhat")}
          </small>
        )}
      </div>
      <footer class="dialog-foot">
        <button type="button" onClick={onCancel}>
          {text("cancel")}
        </button>
        <button class="primary">{text("manyPlan")}</button>
      </footer>
    </form>
  );
}
