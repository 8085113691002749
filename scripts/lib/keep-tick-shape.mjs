// Imported first by what starts a server, for its speed alone: without it every request may take a quarter longer.
//
// Node makes an object for each process.nextTick, of which an HTTP request takes several. V8 is quick at that as long as the
// hidden class that it remembers for it is the same. None of these objects lives long; a full garbage collection that finds
// none alive drops the class with them, and the next object gets a new one. From then on V8 takes the slow way for good: seen
// with `perf record` as Runtime_DefineKeyedOwnPropertyInLiteral, 4 µs of some 25 per request on Node 20. A server that loads its
// modules has such a collection at its start. One such object that is kept keeps the class.
import { executionAsyncResource } from "node:async_hooks";

/** @type {{ tick: object | null }} */
export const kept = { tick: null };

process.nextTick(() => {
  kept.tick = executionAsyncResource();
});
