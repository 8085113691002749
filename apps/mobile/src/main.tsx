import { render } from "preact";
import { App } from "./app.tsx";
import { createDeviceStore, openStorage } from "./data/device-store.ts";
import { createDeviceClock } from "./data/page-clock.ts";
import { createPageModel } from "./data/page-model.ts";
import { loadAllViews } from "./shell/view-slot.tsx";
import "./styles/tokens.css";
import "./styles/base.css";

const clock = createDeviceClock(
  () => performance.now(),
  () => Date.now(),
);
const model = createPageModel({
  fetch: (input, init) => fetch(input, init),
  openSocket: () => new WebSocket(new URL("/ws", location.href.replace(/^http/, "ws"))),
  clock,
  random: Math.random,
  store: createDeviceStore(openStorage(window)),
});

const followVisibility = (): void => {
  // A sleep out of sight is noticed before the page asks because it is in sight again: once is enough.
  clock.elapsedMs();
  model.setVisible(!document.hidden);
};
document.addEventListener("visibilitychange", followVisibility);
addEventListener("pageshow", followVisibility);
addEventListener("pagehide", () => model.setVisible(false));
addEventListener("online", model.networkChanged);
addEventListener("offline", model.networkChanged);
// What was under way before a sleep has most likely died in it.
clock.onSleep(model.networkChanged);

// The request is on its way before the first element is made.
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

/** After the page has come and the first data with it. */
function whenIdle(action: () => void): void {
  const soon = (): void => {
    // Safari has no idle callbacks.
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

/** Over plain http by address there are no service workers. */
async function registerWorker(): Promise<void> {
  if (!isSecureContext || !("serviceWorker" in navigator) || import.meta.env.DEV) {
    return;
  }
  try {
    await navigator.serviceWorker.register("/mobile/sw.js", { scope: "/mobile" });
  } catch {
    // Switched off by the reader, or no room: the page works without, it only does not open offline.
  }
}
