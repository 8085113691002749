import { expect, it, onTestFinished } from "vitest";
import { marketStateOf, publicationOf, startPageServer } from "../../../scripts/lib/page-market.mjs";
import { startNginxWithPrefix } from "../support/nginx.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";

/** A browser's page at the server behind nginx, with a path prefix and a login, and the problems that it reports. */
async function openBehindNginx(prepare?: string) {
  const market = marketStateOf(await sharedMarket());
  const server = await startPageServer(publicationOf(market, { sequence: 100 }), 0);
  onTestFinished(() => server.close());
  const nginx = await startNginxWithPrefix(`127.0.0.1:${server.port}`);
  onTestFinished(() => nginx.stop());
  const browser = await connectBrowser();
  const context = await browser.newContext({ httpCredentials: { username: "me", password: "secret" } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  if (prepare !== undefined) {
    await page.addInitScript(prepare);
  }
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") {
      problems.push(message.text());
    }
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  return { server, market, context, page, problems, url: `${nginx.url}/pulse` };
}

it("behind nginx, a path prefix and a login the page loads, is told of new snapshots, opens offline, and is not offered for translation", async () => {
  const { context, page, problems, url } = await openBehindNginx();
  const socket = page.waitForEvent("websocket");
  await page.goto(`${url}/`);
  expect(page.url()).toBe(`${url}/mobile`);
  await page.locator("[data-view=market]").waitFor();
  expect((await socket).url()).toBe(`${url.replace("http", "ws")}/ws`);
  expect(await page.evaluate("document.documentElement.translate")).toBe(false);
  expect(await page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => scope)")).toBe(`${url}/mobile`);
  // A headless browser asks for the manifest only when it is told to, and with the login only if the page says so.
  const devtools = await context.newCDPSession(page);
  const manifest = await devtools.send("Page.getAppManifest");
  expect(manifest).toMatchObject({ url: `${url}/mobile/manifest.webmanifest`, errors: [] });
  expect(manifest.data).toContain("Pulseboard");
  expect(problems).toEqual([]);
  await context.setOffline(true);
  await page.reload();
  await page.locator("[data-view=market]").waitFor();
});

it("where sockets are forbidden, so that their constructor throws, the page polls and reports no error", async () => {
  const { page, problems, server, market, url } = await openBehindNginx(
    'Object.defineProperty(window, "WebSocket", { value: function () { throw new DOMException("denied", "SecurityError"); } });',
  );
  await page.goto(`${url}/mobile`);
  await page.locator("[data-view=market]").waitFor();
  const polled = page.waitForResponse((response) => response.headers()["x-snapshot-sequence"] === "101");
  await server.publish(publicationOf(market, { sequence: 101 }));
  await polled;
  expect(problems).toEqual([]);
});
