import type { Image } from "@imagetags/client";
import { useRef, useState } from "preact/hooks";
import { text } from "../texts/texts.ts";
import { TagInput } from "./tag-input.tsx";
import { nameOf } from "./use-change-tag.tsx";

/** A button that becomes a field for one tag after another. */
export function AddTag({ image, onAdd }: { readonly image: Image; readonly onAdd: (tag: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const wasOpen = useRef(false);
  const label = text("addTagTo", { image: nameOf(image) });
  if (isOpen) {
    return (
      <TagInput
        label={label}
        placeholder={text("addTag")}
        without={image.tags}
        takesFocus
        onChoose={onAdd}
        onLeave={() => {
          wasOpen.current = true;
          setOpen(false);
        }}
      />
    );
  }
  return (
    <button
      type="button"
      class="add-tag"
      aria-label={label}
      title={text("addTag")}
      // Who leaves the field with Escape goes on from where it was.
      ref={(button) => {
        if (button === null || !wasOpen.current) return;
        wasOpen.current = false;
        if (document.activeElement === document.body) button.focus();
      }}
      onClick={() => setOpen(true)}
    >
      +
    </button>
  );
}
