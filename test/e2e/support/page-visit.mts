import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** A phone in English, where it is always the same time. */
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  locale: "en-US",
  timezoneId: "UTC",
};

/** Chromium's own console messages while a server is down; no page can prevent them. */
const SERVER_AWAY =
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INTERNET_DISCONNECTED)|WebSocket connection to .* failed/;

/** A person with a device of their own: what one page keeps, the next one finds. */
export interface PageVisit {
  readonly context: BrowserContext;
  /** A tab. */
  open(address?: string): Promise<Page>;
  /**
   * Everything that must never happen: errors and warnings in the console, exceptions, requests to anywhere else. Messages of
   * the browser about an unreachable server are left out on request.
   */
  problems(options?: { readonly serverWasAway: boolean }): readonly string[];
  /** Addresses asked for so far, in order. */
  requests(): readonly string[];
  close(): Promise<void>;
}

/** @param url of the server, "http://127.0.0.1:8002" */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<PageVisit> {
  const context = await browser.newContext({ ...PHONE, ...options });
  // A page that never loads makes the test fail, not wait.
  context.setDefaultTimeout(60_000);
  const problems: string[] = [];
  const requests: string[] = [];
  const ours = [url, url.replace("http:", "ws:"), "data:", "blob:"];
  context.on("request", (request) => {
    requests.push(request.url());
    if (!ours.some((origin) => request.url().startsWith(origin))) {
      problems.push(`request to ${request.url()}`);
    }
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      problems.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => problems.push(`exception: ${error.error().stack ?? error.error().message}`));
  return {
    context,
    open: async (address = "/mobile") => {
      const page = await context.newPage();
      page.on("websocket", (socket) => {
        if (!ours.some((origin) => socket.url().startsWith(origin))) {
          problems.push(`socket to ${socket.url()}`);
        }
      });
      await page.goto(url + address);
      return page;
    },
    problems: ({ serverWasAway } = { serverWasAway: false }) =>
      serverWasAway ? problems.filter((problem) => !SERVER_AWAY.test(problem)) : problems,
    requests: () => requests,
    close: () => context.close(),
  };
}
