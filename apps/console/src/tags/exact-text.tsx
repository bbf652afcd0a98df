import { exactSegments } from "./exact-characters.ts";

/** A text of somebody's as it is, to the character: as text and nothing else, with marks for what would not show itself. */
export function ExactText({ text }: { readonly text: string }) {
  const segments = exactSegments(text);
  return (
    <bdi class="exact">
      {segments.map((segment, index) =>
        segment.kind === "text" ? (
          segment.text
        ) : (
          <span key={index} class="mark" title={segment.codes}>
            {segment.mark}
          </span>
        ),
      )}
    </bdi>
  );
}
