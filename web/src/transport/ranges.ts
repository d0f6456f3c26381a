/** Numbers in order as people write them, `1–4, 7, 9–10`; after so many stretches it says how many more there are. */
export function ranges(numbers: readonly number[], most = 12): string {
  const parts: string[] = [];
  let i = 0;
  while (i < numbers.length && parts.length < most) {
    const from = numbers[i] as number;
    let to = from;
    while (numbers[i + 1] === to + 1) {
      to++;
      i++;
    }
    parts.push(from === to ? `${from}` : `${from}–${to}`);
    i++;
  }
  const more = numbers.length - i;
  return parts.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
