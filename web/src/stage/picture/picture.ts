/**
 * What a view shows, as a picture that stands by itself: shapes and texts as SVG with their looks written on them, what is painted on a
 * canvas as an image inside. Nothing of the page's style sheets is needed to read it.
 */
import { intoPng, intoSvg, type Origin as Made } from "./origin";

const svgSpace = "http://www.w3.org/2000/svg";

/** What of an element's computed look is written on it. */
const looks = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-opacity",
  "opacity",
  "paint-order",
  "font-size",
  "font-weight",
  "font-style",
  "text-anchor",
  "dominant-baseline",
] as const;

const font = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** The part of a view that its picture shows: all that is drawn, and the texts between it. */
export function pictureOf(
  view: HTMLElement,
  title: string,
  from: Made,
): string {
  const frame = view.getBoundingClientRect();
  const origin = {
    x: frame.left - view.scrollLeft,
    y: frame.top - view.scrollTop,
  };
  const [width, height] = [view.scrollWidth, view.scrollHeight];
  const svg = element("svg", {
    xmlns: svgSpace,
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    "font-family": font,
  });
  svg.append(Object.assign(element("title", {}), { textContent: title }));
  intoSvg(svg, from);
  const paper = getComputedStyle(view).backgroundColor;
  svg.append(element("rect", { width, height, fill: paper }));
  draw(view, svg, origin);
  return new XMLSerializer().serializeToString(svg);
}

type Origin = { x: number; y: number };

function element(
  name: string,
  attributes: Record<string, string | number>,
): SVGElement {
  const made = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes))
    made.setAttribute(key, String(value));
  return made;
}

/** What is only there for who cannot see, what is folded away and what is to be pressed is no part of the picture. */
const leftOut = ".sr-only, button, details, summary, [data-no-picture]";

function draw(node: Element, into: SVGElement, origin: Origin): void {
  for (const child of node.childNodes) {
    if (child instanceof Text) drawText(child, into, origin);
    else if (child instanceof HTMLCanvasElement)
      drawCanvas(child, into, origin);
    else if (child instanceof SVGSVGElement) drawSvg(child, into, origin);
    else if (child instanceof Element && !child.matches(leftOut))
      draw(child, into, origin);
  }
}

function drawCanvas(
  canvas: HTMLCanvasElement,
  into: SVGElement,
  origin: Origin,
): void {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  if (width === 0 || height === 0) return;
  into.append(
    element("image", {
      x: left - origin.x,
      y: top - origin.y,
      width,
      height,
      href: canvas.toDataURL("image/png"),
    }),
  );
}

function drawSvg(from: SVGSVGElement, into: SVGElement, origin: Origin): void {
  const { left, top, width, height } = from.getBoundingClientRect();
  if (width === 0 || height === 0) return;
  const copy = from.cloneNode(true) as SVGSVGElement;
  const [there, here] = [
    [...from.querySelectorAll<SVGElement>("*")],
    [...copy.querySelectorAll<SVGElement>("*")],
  ];
  there.forEach((original, i) => {
    const of = here[i];
    if (!of) return;
    const style = getComputedStyle(original);
    if (style.visibility === "hidden" || style.display === "none")
      return of.remove();
    for (const look of looks) {
      const value = style.getPropertyValue(look);
      if (value && value !== "none" && value !== "normal")
        of.setAttribute(look, value.replace(/px$/, ""));
      else if (look === "fill" || look === "stroke")
        of.setAttribute(look, "none");
    }
    // A place that the page writes as a style is written as the attribute that files have for it.
    const moved = original.style.transform.match(/-?[\d.]+(?=px)/g);
    if (moved) of.setAttribute("transform", `translate(${moved.join(" ")})`);
    for (const name of of.getAttributeNames())
      if (/^(style|class|tabindex|role|aria-|data-|on)/.test(name))
        of.removeAttribute(name);
  });
  for (const name of copy.getAttributeNames())
    if (name !== "viewBox") copy.removeAttribute(name);
  const box = { x: left - origin.x, y: top - origin.y, width, height };
  for (const [name, value] of Object.entries(box))
    copy.setAttribute(name, String(value));
  copy.setAttribute("overflow", "visible");
  into.append(copy);
}

/** A text that stands between what is drawn, line by line. */
function drawText(text: Text, into: SVGElement, origin: Origin): void {
  const parent = text.parentElement;
  if (!parent || !text.data.trim()) return;
  const style = getComputedStyle(parent);
  if (style.visibility === "hidden" || style.display === "none") return;
  for (const { words, box } of linesOf(text))
    into.append(
      Object.assign(
        element("text", {
          x: box.left - origin.x,
          y: box.top + box.height / 2 - origin.y,
          "dominant-baseline": "central",
          fill: style.color,
          "font-size": parseFloat(style.fontSize),
          "font-weight": style.fontWeight,
        }),
        { textContent: words },
      ),
    );
}

function linesOf(text: Text): { words: string; box: DOMRect }[] {
  const lines: { words: string; box: DOMRect }[] = [];
  const range = document.createRange();
  for (const { 0: word, index } of text.data.matchAll(/\S+\s*/g)) {
    range.setStart(text, index);
    range.setEnd(text, index + word.trimEnd().length);
    const box = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (last && Math.abs(last.box.top - box.top) < box.height / 2)
      last.words += ` ${word.trimEnd()}`;
    else if (box.width > 0) lines.push({ words: word.trimEnd(), box });
  }
  return lines;
}

/** The same picture in pixels, as sharp as a good screen shows it. */
export async function pixelsOf(
  svg: string,
  from: Made,
  scale = 2,
): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * scale;
  canvas.height = image.naturalHeight * scale;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no pictures");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob>((resolve, reject) =>
    canvas.toBlob(
      (blob) =>
        blob ? resolve(blob) : reject(new Error("the picture is too large")),
      "image/png",
    ),
  );
  return intoPng(png, from);
}
