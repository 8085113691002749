/**
 * Caches the page's own files, so that it opens without a connection. It never touches the API: the page keeps its own
 * copy of the market, with its true age.
 *
 * Built to `/mobile/sw.js`; the build inserts the list of files and a version made from their contents.
 */

/** Types missing from TypeScript's DOM library. The library for workers cannot be loaded beside it. */
interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Worker {
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  readonly clients: { claim(): Promise<void> };
  readonly location: Location;
  skipWaiting(): Promise<void>;
}
declare const self: Worker;

/** Inserted by the build; names within the page's folder. */
declare const PAGE_FILES: readonly string[];
declare const PAGE_VERSION: string;

/** "/mobile", or below the path that a proxy puts before it. */
const PAGE = new URL(".", self.location.href).pathname.replace(/\/$/, "");
const FILES = PAGE_FILES.map((name) => `${PAGE}/${name}`);
const PREFIX = "pulseboard-page-";
const CACHE = PREFIX + PAGE_VERSION;

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) {
    return;
  }
  const isPage = request.mode === "navigate" && (pathname === PAGE || pathname === `${PAGE}/`);
  if (isPage) {
    event.respondWith(fromCache(PAGE, request));
  } else if (FILES.includes(pathname) || pathname.startsWith(`${PAGE}/assets/`)) {
    event.respondWith(fromCache(pathname, request));
  }
});

/** Caches all files or none: a page made of two versions is worse than an old one. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: cacheMode(path) })));
  await self.skipWaiting();
}

/** Files with a content hash in their name are in the browser's cache already, or will be. */
function cacheMode(path: string): RequestCache {
  return path.startsWith(`${PAGE}/assets/`) ? "default" : "no-cache";
}

/** Keeps the previous version's cache, because an open page may still need its files, and deletes older ones. */
async function activate(): Promise<void> {
  const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Serves the newest version's page. Other files may come from any version, because their name contains their hash. */
async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? (await caches.match(path)) ?? fetch(request);
}

// Makes this file a module, so that its `self` is not the page's.
export {};
