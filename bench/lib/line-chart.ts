/** A line of a chart; x rises. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A pair of axes with lines; both axes begin at 0, or x at its least where it is logarithmic. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  /** X doubles from tick to tick. */
  readonly logX?: boolean;
  readonly series: readonly Series[];
}

const WIDTH = 420;
const HEIGHT = 260;
const MARGIN = { top: 34, right: 16, bottom: 44, left: 58 };
const COLOURS = ["#1a6fb5", "#c8501e", "#4b8b3b"];

/** Panels side by side, as SVG that can be read on a light ground and on a dark one. */
export function lineChart(panels: readonly Panel[]) {
  const width = WIDTH * panels.length;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" ` +
    `font-family="sans-serif" font-size="11" fill="#222">\n` +
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>\n` +
    panels
      .map((panel, index) => `<g transform="translate(${index * WIDTH} 0)">\n${panelOf(panel)}</g>\n`)
      .join("") +
    "</svg>\n"
  );
}

function panelOf({ title, xLabel, logX = false, series }: Panel) {
  const points = series.flatMap((one) => one.points);
  const xs = points.map(([x]) => x);
  const x = logX
    ? logScale([Math.min(...xs), Math.max(...xs)], [MARGIN.left, WIDTH - MARGIN.right])
    : linearScale(Math.max(...xs), [MARGIN.left, WIDTH - MARGIN.right]);
  const y = linearScale(Math.max(...points.map(([, value]) => value)), [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const [left, bottom] = [MARGIN.left, HEIGHT - MARGIN.bottom];
  const xTicks = x.ticks.map((tick) =>
    text(x.at(tick), bottom + 15, tick.toLocaleString("en"), `text-anchor="middle"`),
  );
  const yTicks = y.ticks.map(
    (tick) =>
      `<line x1="${left}" x2="${WIDTH - MARGIN.right}" y1="${px(y.at(tick))}" y2="${px(y.at(tick))}" stroke="#ddd"/>\n` +
      text(left - 6, y.at(tick) + 4, tick.toLocaleString("en"), `text-anchor="end"`),
  );
  const lines = series.map(({ name, points: own }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? "#222";
    const path = own.map(([a, b]) => `${px(x.at(a))},${px(y.at(b))}`).join(" ");
    const dots = own
      .map(([a, b]) => `<circle cx="${px(x.at(a))}" cy="${px(y.at(b))}" r="2.5" fill="${colour}"/>\n`)
      .join("");
    const legend = text(left + 10, MARGIN.top + 12 + index * 14, name, `fill="${colour}" font-weight="bold"`);
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>\n${dots}${legend}`;
  });
  return [
    text(left, 18, title, `font-size="13" font-weight="bold"`),
    ...yTicks,
    `<line x1="${left}" x2="${WIDTH - MARGIN.right}" y1="${bottom}" y2="${bottom}" stroke="#222"/>\n`,
    ...xTicks,
    text((left + WIDTH - MARGIN.right) / 2, HEIGHT - 10, xLabel, `text-anchor="middle"`),
    ...lines,
  ].join("");
}

/** `range` in pixels. */
function linearScale(most: number, [from, to]: readonly [number, number]) {
  const step = stepFor(most);
  const end = Math.ceil(most / step) * step;
  return {
    at: (value: number) => from + ((to - from) * value) / end,
    ticks: Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step),
  };
}

/** `range` in pixels. */
function logScale([least, most]: readonly [number, number], [from, to]: readonly [number, number]) {
  const doublings = Math.max(1, Math.ceil(Math.log2(most / least)));
  return {
    at: (value: number) => from + ((to - from) * Math.log2(value / least)) / doublings,
    ticks: Array.from({ length: doublings + 1 }, (_, index) => least * 2 ** index),
  };
}

/** The round number that divides an axis into four to ten parts. */
function stepFor(most: number) {
  const magnitude = 10 ** Math.floor(Math.log10(most || 1));
  const part = most / magnitude;
  return magnitude * (part <= 2 ? 0.5 : part <= 5 ? 1 : 2);
}

function text(x: number, y: number, content: string, attributes: string) {
  return `<text x="${px(x)}" y="${px(y)}" ${attributes}>${content}</text>\n`;
}

function px(value: number) {
  return value.toFixed(1);
}
