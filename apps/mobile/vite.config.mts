import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const WORKER = "sw.js";
/** The licences of what the page is built with: served beside it, and read when a release is made. */
const LICENCES = "licences.json";
const publicDir = join(import.meta.dirname, "public");
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));

// The page is served at .../mobile and its files below. All addresses are relative, as a proxy may serve them below a path of its
// own: in the page from its folder's parent, in files from the file. Nothing is inlined, because of the strict content security policy.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  experimental: {
    renderBuiltUrl: (name, { hostType }) => (hostType === "html" ? `./mobile/${name}` : { relative: true }),
  },
  logLevel: "warn",
  publicDir,
  define: { PROGRAM_VERSION: JSON.stringify(version) },
  plugins: [listFilesInWorker()],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    license: { fileName: LICENCES },
    rolldownOptions: {
      input: { main: "index.html", worker: "src/service-worker.ts" },
      // The name never changes; new contents tell the browser that there is a new worker.
      output: {
        entryFileNames: ({ name }) => (name === "worker" ? WORKER : "assets/[name]-[hash].js"),
        // What some views share is small: as a file each, a third of their bytes was for being files.
        codeSplitting: {
          groups: [
            { name: "shared", test: /\/(?:components|table-frame|use-loaded|score-history)\.tsx?$/ },
            { name: "shared", tags: ["$initial"], test: /^(?!.*service-worker)/ },
            // The same for the views that nobody sees first: one file, without what it has in common with the first view.
            {
              name: "other-view",
              test: /\/views\/(?:alerts|breakdown|movers|perps|record)\/(?!draw-)|\/record-source\.ts$/,
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
});

/** Inserts the list of files into the service worker, and a version that changes with any of them. */
function listFilesInWorker(): Plugin {
  return {
    name: "list-files-in-worker",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== "chunk") {
          throw new Error(`the build has no ${WORKER}`);
        }
        const hash = createHash("sha256");
        const built = Object.values(bundle).filter((file) => file !== worker && !file.fileName.endsWith(".map"));
        for (const file of built.sort((a, b) => (a.fileName < b.fileName ? -1 : 1))) {
          hash.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
        }
        const copied = readdirSync(publicDir).sort();
        for (const name of copied) {
          hash.update(name).update(readFileSync(join(publicDir, name)));
        }
        const names = [
          ...built.map(({ fileName }) => fileName).filter((name) => name !== "index.html" && name !== LICENCES),
          ...copied,
        ];
        worker.code = worker.code
          .replaceAll("PAGE_FILES", JSON.stringify(names))
          .replaceAll("PAGE_VERSION", JSON.stringify(hash.digest("hex").slice(0, 12)));
      },
    },
  };
}
