import { it } from "vitest";
import { goesOnAfterStop } from "./support/stopped-worker.mts";

it("a worker that was stopped for 20 s goes on where it was", () => goesOnAfterStop(20_000));
