import { it } from "vitest";
import { outlastsPauses } from "./testing/pauses-in-a-row.ts";

it("18 pauses in a row, three hours of bans, neither end the worker nor have it ask more than once after each", () =>
  outlastsPauses(18));
