import { useQuery } from "@tanstack/preact-query";
import { readProjects } from "../server/console-calls.ts";
import { wordsOf } from "../server/refusal.ts";
import { text } from "../texts/texts.ts";
import { tell } from "../notices/notices.ts";
import { changeProject, type Session } from "./session.ts";

/** Which of the projects that somebody has is looked at. */
export function ProjectChoice({ session }: { readonly session: Session }) {
  const project = session.identity?.project;
  // An application credential is of one project from the start.
  const isFixed = session.renewal?.method === "application_credential";
  const user = session.identity?.user.id;
  const { data, error } = useQuery({
    queryKey: ["projects", user],
    queryFn: () => readProjects(session.token),
    enabled: !isFixed,
    staleTime: Infinity,
    retry: false,
  });
  if (error !== null && project === null) return <p role="alert">{wordsOf(error)}</p>;
  if (data === undefined) return <>{project?.name ?? project?.id ?? text("loading")}</>;
  const { projects, truncated } = data;
  if (projects.length === 0) return <p role="alert">{text("projectNone")}</p>;
  return (
    <select
      aria-label={text("project")}
      value={project?.id ?? ""}
      onChange={(event) => {
        changeProject(event.currentTarget.value).catch((failure: unknown) => {
          tell("refused", text("serverRefused", { reason: wordsOf(failure) }));
        });
      }}
    >
      {(project === null || project === undefined) && <option value="">{text("projectChoose")}</option>}
      {projects.map(({ id: each, name }) => (
        <option key={each} value={each}>
          {name}
        </option>
      ))}
      {truncated && <option disabled>{text("projectMore")}</option>}
    </select>
  );
}
