/** A command of a console block, and what the page says it prints. */
export interface Step {
  /** The line of the page on which the command stands, from 1. */
  readonly line: number;
  readonly command: string;
  readonly output: readonly string[];
}

/** A console block of a page. */
export interface Block {
  readonly line: number;
  /** The program that it takes besides the clone, by a comment such as `<!-- needs: openstack -->`. */
  readonly needs: string | undefined;
  readonly steps: readonly Step[];
}

const FENCE = /^(?:<!-- needs: (\S+) -->\n\n?)?```console\n(.*?)^```$/gms;

/** The console blocks of a page, in order: `$ ` begins a command, `> ` goes on with it, the rest is output. */
export function readBlocks(page: string): Block[] {
  return Array.from(page.matchAll(FENCE), ({ index, 1: needs, 2: text = "", 0: whole }) => {
    const line = lineAt(page, index + whole.indexOf("```console"));
    return { line, needs, steps: readSteps(text, line + 1) };
  });
}

function readSteps(text: string, firstLine: number): Step[] {
  const steps: { line: number; command: string; output: string[] }[] = [];
  for (const [index, line] of text.trimEnd().split("\n").entries()) {
    const last = steps.at(-1);
    if (line.startsWith("$ ")) steps.push({ line: firstLine + index, command: line.slice(2), output: [] });
    else if (last === undefined) throw new Error(`Line ${firstLine + index}: a block begins with a command.`);
    else if (/^>(?: |$)/.test(line) && last.output.length === 0) last.command += `\n${line.slice(2)}`;
    else last.output.push(line);
  }
  return steps;
}

function lineAt(page: string, index: number): number {
  return page.slice(0, index).split("\n").length;
}
