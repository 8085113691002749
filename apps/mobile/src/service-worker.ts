/**
 * Keeps the page's own files, so that it opens without a connection. It never touches the API: what the page knows of the
 * market it keeps itself, with its true age.
 *
 * Built to `/mobile/sw.js`, with the list of files and a version made of their contents put in.
 */

/** What TypeScript's DOM library does not know of a worker; its own library cannot stand beside that. */
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

/** Replaced by the build. */
declare const PAGE_FILES: readonly string[];
declare const PAGE_VERSION: string;

const PAGE = "/mobile";
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
  } else if (PAGE_FILES.includes(pathname) || pathname.startsWith(`${PAGE}/assets/`)) {
    event.respondWith(fromCache(pathname, request));
  }
});

/** All files or none: a page of two versions is worse than an old one. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...PAGE_FILES].map((path) => new Request(path, { cache: cacheMode(path) })));
  await self.skipWaiting();
}

/** What has its contents in its name is in the browser's cache already, or will be. */
function cacheMode(path: string): RequestCache {
  return path.startsWith(`${PAGE}/assets/`) ? "default" : "no-cache";
}

/** An open page may still be of the version before and need its files: that cache goes one version later. */
async function activate(): Promise<void> {
  const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The newest version's page; a file of whichever version has it, as its name says what is in it. */
async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? (await caches.match(path)) ?? fetch(request);
}

// A module to TypeScript, so that its `self` is not the page's.
export {};
