import { createClient, findImage, listTags, removeTag, type Client } from "@imagetags/client";

const form = element("form", HTMLFormElement);
const list = element("ul", HTMLUListElement);
const status = element("[role=status]", HTMLElement);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  // Requests go to the page's own origin, which passes them on: see vite.config.ts.
  const client = createClient({ endpoint: location.origin, token: field("token").value });
  void told(() => show(client, field("image").value));
});

async function show(client: Client, idOrName: string): Promise<void> {
  const image = await findImage(client, idOrName);
  const tags = await listTags(client, image.id);
  list.replaceChildren(...tags.map((tag) => row(client, image.id, tag)));
  status.textContent = tags.length === 0 ? "The image has no tags." : "";
}

function row(client: Client, imageId: string, tag: string): HTMLLIElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.textContent = `Remove ${tag}`;
  button.addEventListener("click", () => {
    button.disabled = true;
    const removal = told(async () => {
      const { outcome } = await removeTag(client, imageId, tag);
      item.remove();
      status.textContent = outcome === "removed" ? `Removed ${tag}.` : `Somebody else had removed ${tag}.`;
    });
    void removal.finally(() => (button.disabled = false));
  });
  item.append(button);
  return item;
}

/** Does what was asked for, and tells the reader if that fails. */
async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  }
}

function field(name: string): HTMLInputElement {
  return element(`input[name=${name}]`, HTMLInputElement);
}

function element<Kind extends HTMLElement>(selector: string, kind: new () => Kind): Kind {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return found;
}
