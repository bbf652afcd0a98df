import { observeWindowOffset, observeWindowRect, Virtualizer, windowScroll } from "@tanstack/virtual-core";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

/** The rows of a long list that are to be in the document: those in the window, and some around. */
export function useWindowRows({
  count,
  keyOf,
  estimate,
  top,
}: {
  readonly count: number;
  readonly keyOf: (index: number) => string;
  /** How high a row is before it was seen, in pixels. */
  readonly estimate: number;
  /** How far down the page the list begins, in pixels. */
  readonly top: number;
}): Virtualizer<Window, HTMLDivElement> {
  const [, redraw] = useReducer<number, void>((drawn) => drawn + 1, 0);
  const options = {
    count,
    getItemKey: keyOf,
    estimateSize: () => estimate,
    scrollMargin: top,
    overscan: 8,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    initialOffset: () => window.scrollY,
    onChange: () => redraw(),
  };
  const [virtualizer] = useState(() => new Virtualizer<Window, HTMLDivElement>(options));
  virtualizer.setOptions(options);
  // These are how the adapters of TanStack for other frameworks drive it.
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
