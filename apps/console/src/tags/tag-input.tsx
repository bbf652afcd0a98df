import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { number } from "../texts/texts.ts";
import { ExactText } from "./exact-text.tsx";
import { useSuggestedTags } from "./use-suggested-tags.ts";

interface Props {
  readonly label: string;
  readonly placeholder?: string;
  /** Tags that are not suggested. */
  readonly without?: readonly string[];
  /** Takes the focus when it appears: it stands where the button was that was pressed. */
  readonly takesFocus?: boolean;
  readonly onChoose: (tag: string) => void;
  readonly onLeave?: () => void;
}

/**
 * A field for a tag, with those that begin with what is typed, or contain it: a combo box with a list.
 * Source: WAI-ARIA Authoring Practices Guide, "Editable Combobox With List Autocomplete".
 */
export function TagInput({
  label,
  placeholder = label,
  without = [],
  takesFocus = false,
  onChoose,
  onLeave,
}: Props) {
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const suggested = useSuggestedTags(typed, isOpen).filter(({ tag }) => !without.includes(tag));
  const isShown = isOpen && suggested.length > 0;

  useLayoutEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);

  function choose(tag: string): void {
    if (tag === "") return;
    setTyped("");
    setActive(-1);
    setOpen(false);
    if (input.current !== null) input.current.value = "";
    onChoose(tag);
  }

  function move(step: number): void {
    setOpen(true);
    const places = suggested.length + 1;
    setActive(((active + 1 + step + places) % places) - 1);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") move(key === "ArrowDown" ? 1 : -1);
    else if (key === "Enter") choose(suggested[active]?.tag ?? typed);
    else if (key === "Escape" && isShown) {
      setOpen(false);
      setActive(-1);
    } else if (key === "Escape" && onLeave !== undefined) onLeave();
    // Escape is else for the dialog that the field may stand in.
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <span class="tag-input">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={label}
        // A dialog gives the focus to what says so.
        autofocus={takesFocus}
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={listId}
        aria-activedescendant={active >= 0 && isShown ? `${listId}-${active}` : undefined}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        dir="auto"
        placeholder={placeholder}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setActive(-1);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          if (typed === "") onLeave?.();
        }}
        onKeyDown={onKeyDown}
      />
      <ul class="suggestions" role="listbox" id={listId} aria-label={label} hidden={!isShown}>
        {suggested.map(({ tag, images }, index) => (
          <li
            key={tag}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(tag)}
          >
            <ExactText text={tag} />
            {images !== undefined && <span class="count">{number(images)}</span>}
          </li>
        ))}
      </ul>
    </span>
  );
}
