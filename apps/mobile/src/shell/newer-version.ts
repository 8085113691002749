const CHECK_EVERY_MS = 10 * 60_000;
/** The first look must not take the line from the data. */
const FIRST_CHECK_MS = 5000;

/**
 * Tells when the server has a newer build of this page. Where a service worker keeps the page, that is when a new one has
 * taken over. Elsewhere the browser's cache keeps it for a week, so that it opens without a server too; the page asks for
 * itself now and then, which renews that copy, and looks whether it still names this script.
 *
 * @returns what ends it.
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
    // The first worker of a page is of the same build.
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
    // No connection, no newer version; the badge says what there is to say.
  }
}

async function askForWorker(workers: ServiceWorkerContainer): Promise<void> {
  try {
    await (await workers.getRegistration())?.update();
  } catch {
    // The same.
  }
}

/** Whether a page is ours, but does not name the script that runs. A network's login page is not ours. */
export function isOtherBuild(page: string, script: string): boolean {
  return page.includes('<div id="app">') && !page.includes(script);
}
