import { ExactText } from "../tags/exact-text.tsx";
import { counted, text } from "../texts/texts.ts";
import type { Plan, PlannedChange, RefusedImage } from "./plan.ts";

interface Props {
  readonly plan: Plan;
  readonly onBack: () => void;
  readonly onGo: () => void;
}

/** What would change, before anything does. */
export function PlanView({ plan: { changes, refused, unchanged, parts }, onBack, onGo }: Props) {
  const action = changes[0]?.action;
  return (
    <>
      <p role="status">
        {action === undefined
          ? text("manyNothing")
          : counted(action === "added" ? "manyAddPlan" : "manyRemovePlan", changes.length)}
      </p>
      {unchanged > 0 && <p class="note">{counted("manyAlready", unchanged)}</p>}
      {parts === undefined && changes.length > 0 && <p class="note">{text("manyUnplanned")}</p>}
      <ChangeList changes={changes} />
      <RefusedList refused={refused} />
      <footer class="dialog-foot">
        <button type="button" onClick={onBack}>
          {text("back")}
        </button>
        {changes.length > 0 && (
          <button type="button" class="primary" onClick={onGo}>
            {text("manyGo")}
          </button>
        )}
      </footer>
    </>
  );
}

/** How many changes are named. */
const NAMED = 200;

function ChangeList({ changes }: { readonly changes: readonly PlannedChange[] }) {
  if (changes.length === 0) return null;
  return (
    // What scrolls must be reached by the keyboard too.
    <ul class="change-list" tabIndex={0} aria-label={text("whatWas")}>
      {changes.slice(0, NAMED).map((change) => (
        <li key={`${change.imageId} ${change.tag}`}>
          <ChangeLine change={change} />
        </li>
      ))}
      {changes.length > NAMED && <li>{text("manyAndMore", { count: changes.length - NAMED })}</li>}
    </ul>
  );
}

function RefusedList({ refused }: { readonly refused: readonly RefusedImage[] }) {
  if (refused.length === 0) return null;
  const title = counted("manyRefused", refused.length);
  return (
    <div class="failures">
      <p>{title}</p>
      <ul class="change-list" tabIndex={0} aria-label={title}>
        {refused.slice(0, NAMED).map(({ imageId, imageName, reason }) => (
          <li key={imageId}>
            <span class="change-image">
              <ExactText text={imageName === "" ? imageId : imageName} />
            </span>
            <span class="problem">{reason}</span>
          </li>
        ))}
        {refused.length > NAMED && <li>{text("manyAndMore", { count: refused.length - NAMED })}</li>}
      </ul>
    </div>
  );
}

/** A change in a line: the image, and the tag with a sign. */
export function ChangeLine({
  change: { imageId, imageName, tag, action },
}: {
  readonly change: PlannedChange;
}) {
  return (
    <>
      <span class={`action action-${action}`} aria-hidden="true">
        {action === "added" ? "+" : "−"}
      </span>
      <span class="chip">
        <span class="chip-tag">
          <ExactText text={tag} />
        </span>
      </span>
      <span class="change-image">
        <ExactText text={imageName === "" ? imageId : imageName} />
      </span>
    </>
  );
}
