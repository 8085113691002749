import { describe, expect, it } from "vitest";
import { formatAge, formatRoughAge, formatSpan } from "./age.ts";
import { formats } from "./formats.ts";

describe("formats", () => {
  it.each([
    [64_250.1, "64,250.10"],
    [1234.5, "1,234.50"],
    [150, "150.00"],
    [15.12345, "15.123"],
    [1.5, "1.5000"],
    [0.08123, "0.081230"],
    [0.00001234, "0.000012340"],
    [0.000000000001, "0.000000000001"],
  ])("a price of %d is %s", (usd, text) => {
    expect(formats.price(usd)).toBe(text);
  });

  it.each([
    [1_234_567_890, "$1.23B"],
    [1_200_000, "$1.20M"],
    [999_600, "$1.00M"],
    [950, "$950"],
    [0, "$0.00"],
  ])("an amount of %d is %s", (usd, text) => {
    expect(formats.usd(usd)).toBe(text);
  });

  it("gives a change its sign, and none to one that rounds to 0", () => {
    expect([2.345, -0.5, 0, -0.001].map((value) => formats.signedPercent(value))).toEqual([
      "+2.35%",
      "-0.50%",
      "0.00%",
      "0.00%",
    ]);
    expect([0.4, -3].map((value) => formats.signedNumber(value, 1))).toEqual(["+0.4", "-3.0"]);
    expect(formats.percent(-0.001)).toBe("0.00%");
    expect(formats.number(-0)).toBe("0.00");
  });

  it("formats the other figures", () => {
    expect(formats.share(0.874)).toBe("87%");
    expect(formats.score(64.96)).toBe("65.0");
    expect(formats.count(12_345)).toBe("12,345");
    expect(formats.percent(0.0123, 4)).toBe("0.0123%");
  });

  it("counts hours from 0 to 23", () => {
    const atS = (hour: number) => new Date(2026, 10, 22, hour, 5).getTime() / 1000;
    expect([0, 7, 12, 19].map((hour) => formats.time(atS(hour)))).toEqual(["00:05", "07:05", "12:05", "19:05"]);
    expect(formats.day(atS(0))).toBe("Nov 22");
    expect(formats.dateTime(atS(0))).toBe("Nov 22, 00:05");
  });
});

describe("formatAge", () => {
  it.each([
    [-3, "0 s", "0 s"],
    [0.9, "0 s", "0 s"],
    [59.99, "59 s", "59 s"],
    [60, "1 min 0 s", "1 min"],
    [3599, "59 min 59 s", "59 min"],
    [3600, "1 h 0 min", "1 h"],
    [86_399, "23 h 59 min", "23 h"],
    [90_000, "1 d 1 h", "1 d"],
  ])("%d s", (ageS, exact, rough) => {
    expect(formatAge(ageS)).toBe(exact);
    expect(formatRoughAge(ageS)).toBe(rough);
  });
});

describe("formatSpan", () => {
  it.each([
    [60, "60 min"],
    [78, "78 min"],
    [119, "119 min"],
    [120, "2 h"],
    [1439.5, "24 h"],
  ])("%d min", (minutes, text) => {
    expect(formatSpan(minutes * 60_000)).toBe(text);
  });
});
