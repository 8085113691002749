const CHECK_EVERY_MS = 10 * 60_000;
/** The first check must not compete with the data for the connection. */
const FIRST_CHECK_MS = 5000;

/**
 * Reports a newer build of this page on the server. With a service worker, that is when a new worker takes over.
 * Without one, the browser's cache keeps the page for a week, so that it opens without a server too; the page requests
 * itself now and then, which renews that copy, and checks whether it still names this script.
 *
 * @returns a function that stops watching.
 */
export function watchForNewerVersion(onNewer: () => void): () => void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  let hadController = workers?.controller != null;
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  const check = (): void => {
    if (document.hidden || performance.now() - checkedAtMs < CHECK_EVERY_MS) {
      return;
    }
    checkedAtMs = performance.now();
    void (workers?.controller == null ? askForPage(onNewer) : askForWorker(workers));
  };
  const onTakeover = (): void => {
    // A page's first worker is of the same build.
    if (hadController) {
      onNewer();
    }
    hadController = true;
  };

  workers?.addEventListener("controllerchange", onTakeover);
  document.addEventListener("visibilitychange", check);
  const timer = setTimeout(check, FIRST_CHECK_MS);
  return () => {
    clearTimeout(timer);
    workers?.removeEventListener("controllerchange", onTakeover);
    document.removeEventListener("visibilitychange", check);
  };
}

async function askForPage(onNewer: () => void): Promise<void> {
  try {
    const response = await fetch(location.pathname, { cache: "no-cache" });
    const page = response.ok ? await response.text() : "";
    if (isOtherBuild(page, new URL(import.meta.url).pathname)) {
      onNewer();
    }
  } catch {
    // Without a connection there is no newer version to find; the badge reports the connection.
  }
}

async function askForWorker(workers: ServiceWorkerContainer): Promise<void> {
  try {
    await (await workers.getRegistration())?.update();
  } catch {
    // As above.
  }
}

/** Tells whether a page is Pulseboard's (not a network's login page) but does not name the running script. */
export function isOtherBuild(page: string, script: string): boolean {
  return page.includes('<div id="app">') && !page.includes(script);
}
