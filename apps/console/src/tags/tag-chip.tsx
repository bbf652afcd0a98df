import { text } from "../texts/texts.ts";
import { ExactText } from "./exact-text.tsx";

interface Props {
  readonly tag: string;
  readonly imageName: string;
  readonly onFilter: () => void;
  readonly onRemove: () => void;
}

/** A tag of an image: a click filters by it, its cross or the Delete key removes it. */
export function TagChip({ tag, imageName, onFilter, onRemove }: Props) {
  return (
    <li class="chip">
      <button
        type="button"
        class="chip-tag"
        title={text("filterByTag", { tag })}
        aria-keyshortcuts="Delete"
        onClick={onFilter}
        onKeyDown={(event) => {
          if (event.key !== "Delete" && event.key !== "Backspace") return;
          event.preventDefault();
          focusBeside(event.currentTarget);
          onRemove();
        }}
      >
        <ExactText text={tag} />
      </button>
      <button
        type="button"
        class="chip-remove"
        aria-label={text("removeTagFrom", { tag, image: imageName })}
        onClick={(event) => {
          focusBeside(event.currentTarget);
          onRemove();
        }}
      >
        ×
      </button>
    </li>
  );
}

/** The focus stays in the row when the chip goes: on the next chip, or on the button that adds. */
function focusBeside(from: HTMLElement): void {
  const beside = from.closest("li")?.nextElementSibling;
  const next = beside?.querySelector("button");
  if (next instanceof HTMLElement) next.focus();
}
