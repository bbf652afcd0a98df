/** Settings as OpenStack's services read them. */
export function ini(sections: Record<string, Record<string, string | number | boolean>>) {
  return Object.entries(sections)
    .map(([section, settings]) => {
      const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
      return `[${section}]\n${lines.join("")}`;
    })
    .join("\n");
}
