// Makes one bundle of all programs from the compiled sources.
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/** @typedef {import("rolldown").Plugin} Plugin */

/** The program's file in the bundle. */
const ENTRY = "pulseboard.mjs";

/**
 * Packages that the program does without: native code that makes others faster, and what only other exchanges need. So it does without
 * those that are installed for development alone: a library may look for one, and use it where it is.
 */
const LEFT_OUT = /^(?:bufferutil|utf-8-validate|msgpackr-extract|protobufjs)(?:\/|$)/;

const SUPPORTED_NODE = fileURLToPath(new URL("../lib/supported-node.mjs", import.meta.url));

/** The folder of a package, as the lock file has it. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * What a bundle cannot carry, in our own modules: files that a library starts as a worker (transports of pino, sandboxed processors of
 * BullMQ), and paths that count from the module. `installation.js` alone may know where a file lies.
 */
const NOT_IN_A_BUNDLE = [
  { pattern: /\bpino\.transport\b|\btransport:/, name: "a transport of pino" },
  {
    pattern: /\bnew Worker\(\s*[^,()]+,\s*(?:["'`]|new URL|import\.meta|\w*(?:[Pp]ath|[Ff]ile)\b)/,
    name: "a worker by its file",
  },
  { pattern: /\bimport\.meta\b|\bcreateRequire\b|\b__dirname\b/, name: "a path that counts from the module" },
];

/**
 * Bundles the compiled programs below `root` into `folder`, split by command, not minified.
 *
 * @param {{ root: string, folder: string }} places
 * @returns {Promise<readonly string[]>} the files of other packages that are in it
 * @throws Error when something in it cannot be bundled, or would be looked for outside of it
 */
export async function bundleProgram({ root, folder }) {
  const bundle = await rolldown({
    input: { pulseboard: "pulseboard-entry" },
    cwd: root,
    platform: "node",
    plugins: [entry(root), onlyBybit(root), leaveOut(root), refuseWhatStaysBehind(root)],
    onLog: (level, log, handle) => {
      // Bull Board's, for a path that it is given.
      if (log.code !== "EVAL") {
        handle(level === "warn" ? "error" : level, log);
      }
    },
  });
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    entryFileNames: ENTRY,
    chunkFileNames: "[name]-[hash].mjs",
    // Errors are told apart by their classes' names, in the log too.
    keepNames: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    // Left out of a chunk that does not use them.
    banner: "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
  });
  await bundle.close();
  const chunks = output.filter((file) => file.type === "chunk");
  refuseOutsideImports(chunks);
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  return modules.filter((id) => id.includes("/node_modules/"));
}

/** @param {string} root @returns {Plugin} */
function entry(root) {
  const tick = join(root, "apps/server/dist/node-internals/keep-tick-shape.js");
  const main = join(root, "apps/pulseboard/dist/main.js");
  return {
    name: "entry",
    resolveId: { filter: { id: /^pulseboard-entry$/ }, handler: (id) => `\0${id}` },
    // The first must run before the rest is loaded; in a bundle only a dynamic import keeps that order.
    load: {
      filter: { id: /^\0pulseboard-entry$/ },
      handler: () => `import ${JSON.stringify(tick)};
import { problemWithNode } from ${JSON.stringify(SUPPORTED_NODE)};
const problem = problemWithNode(process.versions.node);
if (problem !== null) {
  console.error("pulseboard: " + problem);
  process.exit(1);
}
await import(${JSON.stringify(main)});
`,
    },
  };
}

/** ccxt's exports hide the file of its Bybit class. @param {string} root @returns {Plugin} */
function onlyBybit(root) {
  const file = join(root, "node_modules/ccxt/js/src/bybit.js");
  return {
    name: "only-bybit",
    load: {
      filter: { id: /\/exchange\/dist\/bybit\/load-bybit\.js$/ },
      handler: () => `export const loadBybit = async () => (await import(${JSON.stringify(file)})).default;\n`,
    },
  };
}

/** @param {string} root @returns {Plugin} */
function leaveOut(root) {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const isForDevelopment = (/** @type {string} */ file) =>
    lock.packages[PACKAGE_FOLDER.exec(relative(root, file))?.[0] ?? ""]?.dev === true;
  return {
    name: "leave-out",
    resolveId: {
      filter: { id: /^[^./\0]/ },
      async handler(id, importer, { kind }) {
        const found = LEFT_OUT.test(id) ? null : await this.resolve(id, importer, { skipSelf: true, kind });
        const isLeftOut = LEFT_OUT.test(id) || (found !== null && isForDevelopment(found.id));
        return isLeftOut ? `\0left-out:${id}` : null;
      },
    },
    load: {
      filter: { id: /^\0left-out:/ },
      // Whoever asks for one of these catches this.
      handler: (id) =>
        `module.exports = {};\nthrow new Error(${JSON.stringify(`${id.slice(10)} is not in the release`)});\n`,
    },
  };
}

/** @param {string} root @returns {Plugin} */
function refuseWhatStaysBehind(root) {
  return {
    name: "refuse-what-stays-behind",
    transform: {
      filter: { id: { include: /\/dist\//, exclude: /\/node_modules\/|\/installation\/installation\.js$/ } },
      handler: (code, id) => {
        const text = code.replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
        const found = NOT_IN_A_BUNDLE.find(({ pattern }) => pattern.test(text));
        if (found !== undefined) {
          throw new Error(`${relative(root, id)} has ${found.name}, which a bundle cannot carry`);
        }
        return null;
      },
    },
  };
}

/** @param {readonly import("rolldown").OutputChunk[]} chunks */
function refuseOutsideImports(chunks) {
  const own = new Set(chunks.map(({ fileName }) => fileName));
  for (const { fileName, imports, dynamicImports } of chunks) {
    const outside = [...imports, ...dynamicImports].find((name) => !own.has(name) && !isBuiltin(name));
    if (outside !== undefined) {
      throw new Error(`${fileName} imports ${outside}, which is not in the bundle`);
    }
  }
}
