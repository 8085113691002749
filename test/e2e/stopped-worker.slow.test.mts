import { it } from "vitest";
import { goesOnAfterStop } from "./support/stopped-worker.mts";

it("a worker that was stopped for 100 s goes on where it was", () => goesOnAfterStop(100_000));
