// Scales that map numbers to pixels: what d3-scale brings for colours, and for writing numbers, is left out of the build.
//
// d3-scale's one linear scale interpolates whatever its range holds, colours included, and can write its ticks as text; neither can be
// shaken off. The page's ranges are pixels and its ticks are times, so both are 20 kB that a first visit would fetch for nothing.
const numbersOnly = {
  "d3-interpolate": (whole) =>
    `export { interpolateNumber, interpolateNumber as interpolate, interpolateRound, piecewise } from ${JSON.stringify(whole)};`,
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
    async resolveId(id, importer) {
      if (!(id in numbersOnly) || !/[\\/]d3-scale[\\/]/.test(importer ?? ""))
        return undefined;
      return { id: prefix + id, moduleSideEffects: false };
    },
    async load(id) {
      if (!id.startsWith(prefix)) return undefined;
      const name = id.slice(prefix.length);
      const whole = await this.resolve(name);
      return numbersOnly[name](whole?.id);
    },
  };
}
