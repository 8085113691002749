// What a page holds after everything else is collected, by a heap snapshot of the DevTools protocol.

/**
 * @typedef {object} HeapInUse
 * @property {number} dataBytes objects, arrays, closures, strings: what a leak of the page would be in
 * @property {number} codeBytes what the engine has compiled, which it goes on doing for some eight hundred updates
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

/** What belongs to the browser and not to the page: the DOM is counted by its nodes, the rest is the protocol's own. */
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
