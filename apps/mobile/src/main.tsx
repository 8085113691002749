import { render } from "preact";
import { App } from "./app.tsx";
import { createDeviceStore, openStorage } from "./data/device-store.ts";
import { createDeviceClock } from "./data/page-clock.ts";
import { createPageModel } from "./data/page-model.ts";
import { loadAllViews } from "./shell/view-slot.tsx";
import "./styles/tokens.css";
import "./styles/base.css";

/** The address of a path of the server: beside the page, wherever a proxy serves it. */
function addressOf(path: string): string {
  return new URL(`.${path}`, location.href).href;
}

const clock = createDeviceClock(
  () => performance.now(),
  () => Date.now(),
);
const model = createPageModel({
  fetch: (input, init) => fetch(typeof input === "string" ? addressOf(input) : input, init),
  openSocket: () => new WebSocket(addressOf("/ws").replace(/^http/, "ws")),
  clock,
  random: Math.random,
  store: createDeviceStore(openStorage(window)),
});

const followVisibility = (): void => {
  // Detect a sleep before becoming visible triggers a request, so that the page asks once and not twice.
  clock.elapsedMs();
  model.setVisible(!document.hidden);
};
document.addEventListener("visibilitychange", followVisibility);
addEventListener("pageshow", followVisibility);
addEventListener("pagehide", () => model.setVisible(false));
addEventListener("online", model.networkChanged);
addEventListener("offline", model.networkChanged);
// A request that was under way when the device fell asleep is most likely dead.
clock.onSleep(model.networkChanged);

// Send the first request before rendering the first element.
followVisibility();

const app = document.getElementById("app");
if (app === null) {
  throw new Error("index.html has no #app");
}
app.replaceChildren();
render(<App model={model} />, app);

whenIdle(() => {
  void loadAllViews();
  void registerWorker();
});

/** Waits until the page and its first data have loaded. */
function whenIdle(action: () => void): void {
  const soon = (): void => {
    // Safari has no requestIdleCallback.
    if ("requestIdleCallback" in window) {
      requestIdleCallback(action, { timeout: 3000 });
    } else {
      setTimeout(action, 1000);
    }
  };
  if (document.readyState === "complete") {
    soon();
  } else {
    addEventListener("load", soon, { once: true });
  }
}

/** Browsers offer no service workers on plain http, except on localhost. */
async function registerWorker(): Promise<void> {
  if (!isSecureContext || !("serviceWorker" in navigator) || import.meta.env.DEV) {
    return;
  }
  try {
    await navigator.serviceWorker.register(addressOf("/mobile/sw.js"), { scope: addressOf("/mobile") });
  } catch {
    // Disabled by the reader, or storage is full: the page still works, but does not open offline.
  }
}
