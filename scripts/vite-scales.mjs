// Scales that map numbers to pixels: what d3-scale brings for colours, and for writing numbers, is left out of the build.
//
// d3-scale's one linear scale interpolates whatever its range holds, colours included, and can write its ticks as text; neither can be
// shaken off. The page's ranges are pixels and its ticks are times, so both are 20 kB that a first visit would fetch for nothing.
const numbersOnly = {
  // d3-interpolate's own code for numbers. Its package is one file, which brings the colours along.
  "d3-interpolate": () =>
    [
      "export const interpolateNumber = (a, b) => ((a = +a), (b = +b), (t) => a * (1 - t) + b * t);",
      "export const interpolateRound = (a, b) => ((a = +a), (b = +b), (t) => Math.round(a * (1 - t) + b * t));",
      "export const interpolate = interpolateNumber;",
      'export const piecewise = () => { throw new Error("scripts/vite-scales.mjs leaves piecewise out"); };',
    ].join("\n"),
  "d3-format": () =>
    [
      ..."format formatPrefix formatSpecifier".split(" "),
      ..."precisionFixed precisionPrefix precisionRound".split(" "),
    ]
      .map(
        (name) =>
          `export function ${name}() { throw new Error("scripts/vite-scales.mjs leaves tickFormat out"); }`,
      )
      .join("\n"),
};

const prefix = "\0numbers-only:";

/** @returns {import("vite").Plugin} */
export function numberScales() {
  return {
    name: "headwater:number-scales",
    enforce: "pre",
    apply: "build",
    resolveId(id, importer) {
      if (!(id in numbersOnly) || !/[\\/]d3-scale[\\/]/.test(importer ?? ""))
        return undefined;
      return { id: prefix + id, moduleSideEffects: false };
    },
    load: (id) =>
      id.startsWith(prefix)
        ? numbersOnly[id.slice(prefix.length)]()
        : undefined,
  };
}
