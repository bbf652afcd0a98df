import { ExactText } from "../tags/exact-text.tsx";
import { counted, text } from "../texts/texts.ts";
import type { Plan, PlannedChange } from "./plan.ts";

interface Props {
  readonly plan: Plan;
  readonly onBack: () => void;
  readonly onGo: () => void;
}

/** What would change, before anything does. */
export function PlanView({ plan: { changes, unchanged }, onBack, onGo }: Props) {
  const action = changes[0]?.action;
  return (
    <>
      <p role="status">
        {action === undefined
          ? text("manyNothing")
          : counted(action === "added" ? "manyAddPlan" : "manyRemovePlan", changes.length)}
      </p>
      {unchanged > 0 && <p class="note">{counted("manyAlready", unchanged)}</p>}
      <ChangeList changes={changes} />
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
