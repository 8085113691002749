import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { setImmediate as macrotask } from "node:timers/promises";
import { expect, it } from "vitest";
import { collectGarbage, haveSameShape } from "../testing/v8.ts";
import { createShapeKeeper } from "./keep-message-shapes.ts";

function createMessages() {
  const request = new IncomingMessage(new Socket());
  return { request, response: new ServerResponse(request) };
}

it("keeps the first request and response alive, and no others", async () => {
  const keep = createShapeKeeper();
  const add = () => {
    const { request, response } = createMessages();
    keep(request, response);
    return [new WeakRef(request), new WeakRef(response)] as const;
  };
  const [first, second] = [add(), add()];
  // A WeakRef holds its target until the end of the task that made it.
  await macrotask();
  collectGarbage();
  const areAlive = (refs: typeof first) => refs.map((ref) => ref.deref() !== undefined);
  expect(areAlive(first)).toEqual([true, true]);
  expect(areAlive(second)).toEqual([false, false]);
  const { request, response } = createMessages();
  const [keptRequest, keptResponse] = [first[0].deref(), first[1].deref()];
  expect(haveSameShape(keptRequest ?? {}, request)).toBe(true);
  expect(haveSameShape(keptResponse ?? {}, response)).toBe(true);
  // Used until here: the collector could take the keeper itself otherwise.
  keep(request, response);
});
