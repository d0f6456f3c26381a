import { expect, test } from "vitest";
import { bytes, share, took } from "./words";

test("a share is never 0 % of something nor 100 % of less than all", () => {
  expect(share(0, 10)).toBe("0 %");
  expect(share(10, 10)).toBe("100 %");
  expect(share(1, 1_000_000)).toBe("under 0.01 %");
  expect(share(999_999, 1_000_000)).toBe("over 99.99 %");
  expect(share(1, 3)).toBe("33.3 %");
  expect(share(0, 0)).toBe("0 %");
});

test("sizes and times have the unit that suits them", () => {
  expect(bytes(999)).toBe("999 bytes");
  expect(bytes(2_500_000)).toBe("2.5 MB");
  expect(took(999)).toBe("999 ms");
  expect(took(1_250)).toBe("1.3 s");
});
