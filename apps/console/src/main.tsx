// oxlint-disable-next-line import/no-unassigned-import -- it must come before whatever loads zod
import "./server/no-evaluation.ts";
import { render } from "preact";
import { App } from "./app.tsx";
import { language } from "./texts/texts.ts";

const root = document.querySelector("#console");
if (root === null) throw new Error("The page has no place for the console.");
document.documentElement.lang = language;
render(<App />, root);
