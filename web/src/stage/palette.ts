/**
 * Colours for what is drawn on canvas, and the shape and colour of each key: Okabe and Ito's palette, which stays apart for colour-blind
 * eyes, in an order and with lightness changes that stay visible on each theme's ground. Colour never tells alone: shapes differ too.
 */

export interface Ink {
  ground: string;
  text: string;
  soft: string;
  faint: string;
  accent: string;
  watermark: string;
  result: string;
  resultWash: string;
  loss: string;
  lit: string;
  keys: readonly string[];
}

const light: Ink = {
  ground: "#ffffff",
  text: "#14181f",
  soft: "#545d6a",
  faint: "#c4cad2",
  accent: "#0b5fc4",
  watermark: "#b3211d",
  result: "#8a5a00",
  resultWash: "#fdf3dc",
  loss: "#b3211d",
  lit: "#ffcf33",
  keys: [
    "#0072b2",
    "#d55e00",
    "#00805e",
    "#b5548c",
    "#a87000",
    "#2a86bd",
    "#3b3f46",
    "#877b00",
  ],
};

const dark: Ink = {
  ground: "#161b22",
  text: "#eceff3",
  soft: "#a3adba",
  faint: "#46505d",
  accent: "#6cb0ff",
  watermark: "#ff8d85",
  result: "#f4c64d",
  resultWash: "#33290f",
  loss: "#ff8d85",
  lit: "#ffe08a",
  keys: [
    "#56b4e9",
    "#f2a45c",
    "#3fc79a",
    "#e093bd",
    "#f0e442",
    "#7f9cff",
    "#d4d9e0",
    "#e8703a",
  ],
};

export const inkOf = (isDark: boolean): Ink => (isDark ? dark : light);

export const shapes = [
  "circle",
  "diamond",
  "square",
  "triangle",
  "down",
  "pentagon",
  "plus",
] as const;
export type Shape = (typeof shapes)[number];

/** With 8 colours and 7 shapes, 56 keys in a row look different. */
export const shapeOf = (key: number): Shape =>
  shapes[key % shapes.length] ?? "circle";
export const colourOf = (ink: Ink, key: number): string =>
  ink.keys[key % ink.keys.length] ?? ink.text;

/** A shape's outline around 0,0 as corners, and nothing for the circle. */
function corners(
  shape: Shape,
  r: number,
): readonly (readonly [number, number])[] {
  switch (shape) {
    case "circle":
      return [];
    case "diamond":
      return [
        [0, -1.25 * r],
        [1.25 * r, 0],
        [0, 1.25 * r],
        [-1.25 * r, 0],
      ];
    case "square":
      return [
        [-0.9 * r, -0.9 * r],
        [0.9 * r, -0.9 * r],
        [0.9 * r, 0.9 * r],
        [-0.9 * r, 0.9 * r],
      ];
    case "triangle":
      return [
        [0, -1.2 * r],
        [1.15 * r, 0.85 * r],
        [-1.15 * r, 0.85 * r],
      ];
    case "down":
      return [
        [0, 1.2 * r],
        [1.15 * r, -0.85 * r],
        [-1.15 * r, -0.85 * r],
      ];
    case "pentagon":
      return Array.from({ length: 5 }, (_, i) => {
        const angle = (i * 2 * Math.PI) / 5 - Math.PI / 2;
        return [
          1.15 * r * Math.cos(angle),
          1.15 * r * Math.sin(angle),
        ] as const;
      });
    case "plus": {
      const [far, near] = [1.15 * r, 0.42 * r];
      return [
        [-near, -far],
        [near, -far],
        [near, -near],
        [far, -near],
        [far, near],
        [near, near],
        [near, far],
        [-near, far],
        [-near, near],
        [-far, near],
        [-far, -near],
        [-near, -near],
      ];
    }
  }
}

/** Draws an outline into a path; the caller fills or strokes it. */
export function traceShape(
  path: Pick<CanvasPath, "arc" | "moveTo" | "lineTo" | "closePath">,
  shape: Shape,
  x: number,
  y: number,
  r: number,
): void {
  const points = corners(shape, r);
  if (points.length === 0) {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  points.forEach(([dx, dy], i) =>
    i === 0 ? path.moveTo(x + dx, y + dy) : path.lineTo(x + dx, y + dy),
  );
  path.closePath();
}

/** The same outline for SVG. */
export function shapeData(shape: Shape, r: number, x = 0, y = 0): string {
  const points = corners(shape, r);
  const at = (dx: number, dy: number) =>
    `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`;
  if (points.length > 0)
    return `M${points.map(([dx, dy]) => at(dx, dy)).join("L")}Z`;
  const arc = `A${r},${r} 0 1 1 `;
  return `M${at(r, 0)}${arc}${at(-r, 0)}${arc}${at(r, 0)}Z`;
}
