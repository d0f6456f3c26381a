// @vitest-environment node
import { expect, test } from "vitest";
import { BadLink, pack, unpack } from "./packed";

const text = JSON.stringify({ engine: "flink", names: ["ä", "→", "😀"] });

const why = async (packed: string): Promise<string> => {
  try {
    await unpack(packed);
  } catch (error) {
    expect(error).toBeInstanceOf(BadLink);
    return (error as BadLink).message;
  }
  return "";
};

test("what is packed unpacks to the same", async () => {
  expect(await unpack(await pack(text))).toBe(text);
  expect(await unpack(await pack(""))).toBe("");
  expect(await pack(text)).toMatch(/^1\.[\w-]+$/);
});

test("a link opens for good: this one was made by version 0.1.0", async () => {
  expect(await unpack("1.eJyrVkrNS8_MS1WyUkrLyczLVqoFADu5BkU")).toBe(
    '{"engine":"flink"}',
  );
});

test("every cut and every changed letter is noticed", async () => {
  const packed = await pack(text);
  for (let end = 2; end < packed.length; end++)
    expect(await why(packed.slice(0, end)), String(end)).toMatch(/damaged/);
  for (let i = 2; i < packed.length - 1; i++) {
    const letter = packed[i] === "A" ? "B" : "A";
    const changed = packed.slice(0, i) + letter + packed.slice(i + 1);
    expect(await why(changed), String(i)).toMatch(/damaged/);
  }
});

test("what is no link of ours is refused with the reason", async () => {
  expect(await why("")).toMatch(/does not carry/);
  expect(await why("abc")).toMatch(/does not carry/);
  expect(await why("2.AAAA")).toMatch(/form 2.*newer/);
  expect(await why("1.AA<script>")).toMatch(/“<” at character 3/);
  expect(await why(`1.${"A".repeat(100_001)}`)).toMatch(/100001 characters/);
});

test("a small link that unpacks to very much is stopped", async () => {
  const bomb = await pack(" ".repeat(30_000_000));
  expect(bomb.length).toBeLessThan(100_000);
  expect(await why(bomb)).toMatch(/more than 2 MB/);
});
