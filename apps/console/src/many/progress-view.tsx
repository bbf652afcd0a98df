import { wordsOf } from "../server/refusal.ts";
import { counted, text } from "../texts/texts.ts";
import { ChangeLine } from "./plan-view.tsx";
import type { Progress, WorkState } from "./progress.ts";

interface Props {
  readonly what: "change" | "undo";
  readonly progress: Progress;
  readonly state: WorkState;
  readonly onStop: () => void;
  readonly onUndo: () => void;
  readonly onClose: () => void;
}

/** How many failures are told one by one. */
const MOST_TOLD = 100;

/** How far the changes are, and what became of them. */
export function ProgressView({ what, progress, state, onStop, onUndo, onClose }: Props) {
  const { done, total, made, overtaken, failures } = progress;
  const isWorking = state === "running" || state === "stopping";
  return (
    <>
      <progress max={total} value={done} aria-label={text("manyDone", { done, total })} />
      <p role="status">
        {state === "stopping" && text("manyStopping")}
        {state === "stopped" && text("manyStopped", { done, total })}
        {(state === "running" || state === "finished") &&
          (what === "undo"
            ? text("manyUndone", { done: made.length, total })
            : text("manyDone", { done, total }))}
      </p>
      {overtaken > 0 && (
        <p class="note">{counted(what === "undo" ? "manyChangedSince" : "manyGone", overtaken)}</p>
      )}
      {failures.length > 0 && (
        <div class="failures">
          <p>{counted("failures", failures.length)}</p>
          <ul class="change-list" tabIndex={0} aria-label={counted("failures", failures.length)}>
            {failures.slice(0, MOST_TOLD).map(({ change, error }) => (
              <li key={`${change.imageId} ${change.tag}`}>
                <ChangeLine change={change} />
                <span class="problem">{wordsOf(error)}</span>
              </li>
            ))}
            {failures.length > MOST_TOLD && (
              <li>{text("manyAndMore", { count: failures.length - MOST_TOLD })}</li>
            )}
          </ul>
        </div>
      )}
      <footer class="dialog-foot">
        {isWorking ? (
          <button type="button" disabled={state === "stopping"} onClick={onStop}>
            {text("manyStop")}
          </button>
        ) : (
          <>
            {what === "change" && made.length > 0 && (
              <button type="button" onClick={onUndo}>
                {text("manyUndo")}
              </button>
            )}
            <button type="button" class="primary" onClick={onClose}>
              {text("close")}
            </button>
          </>
        )}
      </footer>
    </>
  );
}
