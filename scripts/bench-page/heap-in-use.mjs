// Measures the memory that a page still holds after a garbage collection, with a heap snapshot of the DevTools protocol.

/**
 * @typedef {object} HeapInUse
 * @property {number} dataBytes objects, arrays, closures, strings: a leak of the page would show here
 * @property {number} codeBytes compiled code; the engine keeps compiling for some eight hundred updates
 * @property {number} nodes of the DOM
 */

/** @param {import("playwright-core").CDPSession} devtools @returns {Promise<HeapInUse>} */
export async function heapInUse(devtools) {
  await devtools.send("HeapProfiler.collectGarbage");
  /** @type {string[]} */
  const chunks = [];
  /** @param {{ chunk: string }} event */
  const keep = ({ chunk }) => chunks.push(chunk);
  devtools.on("HeapProfiler.addHeapSnapshotChunk", keep);
  await devtools.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  devtools.off("HeapProfiler.addHeapSnapshotChunk", keep);
  const { nodes } = await devtools.send("Memory.getDOMCounters");
  return { ...bytesOf(JSON.parse(chunks.join(""))), nodes };
}

/** Node types of the browser, not of the page: the DOM is counted by its nodes, and the rest belongs to the protocol. */
const NOT_OF_THE_PAGE = new Set(["native", "synthetic"]);

/** @param {{ snapshot: { meta: { node_fields: string[], node_types: [string[]] } }, nodes: number[] }} heap */
function bytesOf({ snapshot, nodes }) {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, sizeAt] = [fields.indexOf("type"), fields.indexOf("self_size")];
  let [dataBytes, codeBytes] = [0, 0];
  for (let node = 0; node < nodes.length; node += fields.length) {
    const type = types[0][nodes[node + typeAt] ?? 0] ?? "";
    const bytes = nodes[node + sizeAt] ?? 0;
    if (type === "code") {
      codeBytes += bytes;
    } else if (!NOT_OF_THE_PAGE.has(type)) {
      dataBytes += bytes;
    }
  }
  return { dataBytes, codeBytes };
}
