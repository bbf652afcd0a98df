import { useEffect, useMemo, useState } from "preact/hooks";
import { writeAddress, type ImagesAddress } from "../address/address.ts";
import { ManyDialog } from "../many/many-dialog.tsx";
import { MoveDialog } from "../move/move-dialog.tsx";
import { wordsOf } from "../server/refusal.ts";
import { counted, text } from "../texts/texts.ts";
import { ImageFilters } from "./image-filters.tsx";
import { ImageTable } from "./image-table.tsx";
import { EVERYTHING, isEmpty, NOTHING, toggled, type Selection } from "./selection.ts";
import { useImages } from "./use-images.ts";

/** Images with their tags, filtered and sorted as the address says. */
export function ImagesView({ address }: { readonly address: ImagesAddress }) {
  const list = useImages(address);
  const [selection, setSelection] = useState(NOTHING);
  const [open, setOpen] = useState<"many" | "move">();
  const fragment = writeAddress(address);
  useEffect(() => setSelection(NOTHING), [fragment]);
  const { images, error, isLoading, hasMore } = list;
  const count = hasMore ? counted("imagesSoFar", images.length) : counted("imagesSome", images.length);
  const selected = useMemo(
    () => (selection.kind === "some" ? images.filter(({ id }) => selection.ids.has(id)) : undefined),
    [selection, images],
  );
  const only = selected?.length === 1 ? selected[0] : undefined;

  return (
    <>
      <ImageFilters address={address} />
      <div class="above-table">
        <p role="status">{isLoading ? text("loading") : count}</p>
        <button type="button" class="quiet" onClick={list.reload}>
          {text("reload")}
        </button>
      </div>
      {error !== null && (
        <p class="problem" role="alert">
          {text("serverRefused", { reason: wordsOf(error) })}
        </p>
      )}
      <ImageTable
        address={address}
        list={list}
        selection={selection}
        onToggle={(id) => setSelection(toggled(selection, id))}
        onToggleAll={() => setSelection(isEmpty(selection) ? EVERYTHING : NOTHING)}
      />
      {!isLoading && error === null && images.length === 0 && !hasMore && (
        <p class="empty">{text("noImages")}</p>
      )}
      {!isEmpty(selection) && (
        <div class="selection-bar" role="region" aria-label={text("selectedChange")}>
          <span>{selectionText(selection)}</span>
          <button type="button" class="primary" onClick={() => setOpen("many")}>
            {text("selectedChange")}
          </button>
          {only !== undefined && (
            <button type="button" onClick={() => setOpen("move")}>
              {text("moveHere")}
            </button>
          )}
          <button type="button" onClick={() => setSelection(NOTHING)}>
            {text("clearSelection")}
          </button>
        </div>
      )}
      {open === "move" && only !== undefined && <MoveDialog to={only} onClose={() => setOpen(undefined)} />}
      {open === "many" && (
        <ManyDialog
          choice={address}
          selection={selection}
          selected={selected}
          onClose={() => {
            setOpen(undefined);
            list.reload();
          }}
        />
      )}
    </>
  );
}

function selectionText(selection: Selection): string {
  if (selection.kind === "some") return counted("selected", selection.ids.size);
  const { size } = selection.except;
  return size === 0 ? text("allSelected") : text("allSelectedBut", { count: size });
}
