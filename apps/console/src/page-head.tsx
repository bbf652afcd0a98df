import { ALL_HISTORY, ALL_IMAGES, ALL_TAGS, writeAddress, type Address } from "./address/address.ts";
import type { ServerSettings } from "./server/console-calls.ts";
import { ENDPOINT } from "./server/places.ts";
import { ProjectChoice } from "./session/project-choice.tsx";
import { endSession, type Session } from "./session/session.ts";
import { ExactText } from "./tags/exact-text.tsx";
import { text } from "./texts/texts.ts";

const VIEWS: readonly Address[] = [ALL_IMAGES, ALL_TAGS, ALL_HISTORY];

interface Props {
  readonly address: Address;
  readonly session: Session;
  readonly settings: ServerSettings | undefined;
}

/** The views, and who looks at them. */
export function PageHead({ address, session, settings }: Props) {
  const { identity } = session;
  return (
    <header class="page-head">
      <span class="brand">imagetags</span>
      <nav aria-label={text("navigation")}>
        {VIEWS.map((view) => (
          <a
            key={view.view}
            href={writeAddress(view)}
            aria-current={view.view === address.view ? "page" : undefined}
          >
            {text(view.view)}
          </a>
        ))}
        {settings?.api_page === true && <a href={`${ENDPOINT}docs`}>{text("apiPage")}</a>}
      </nav>
      <div class="whoami">
        {identity !== undefined && (
          <>
            <span title={identity.user.id}>
              <ExactText text={identity.user.name ?? identity.user.id} />
            </span>
            {settings?.auth === "keystone" ? (
              <ProjectChoice session={session} />
            ) : (
              <span title={text("project")}>
                <ExactText text={identity.project?.name ?? identity.project?.id ?? ""} />
              </span>
            )}
          </>
        )}
        <button type="button" class="quiet" onClick={endSession}>
          {text("signOut")}
        </button>
      </div>
    </header>
  );
}
