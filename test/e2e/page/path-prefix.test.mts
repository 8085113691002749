import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { marketStateOf, publicationOf, startPageServer } from "../../../scripts/lib/page-market.mjs";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";

const PREFIX = "/pulse";

/** What nginx does with `location /pulse/ { proxy_pass http://127.0.0.1:PORT/; }`. */
async function startPrefixProxy(port: number): Promise<string> {
  const pathOf = ({ url = "" }: IncomingMessage): string | null =>
    url.startsWith(`${PREFIX}/`) ? url.slice(PREFIX.length) : null;
  const proxy = createServer((request, response) => {
    const path = pathOf(request);
    if (path === null) {
      response.writeHead(404).end();
      return;
    }
    const { method, headers } = request;
    const forwarded = httpRequest({ port, host: "127.0.0.1", path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    request.pipe(forwarded);
  });
  proxy.on("upgrade", (request, socket) => {
    const path = pathOf(request);
    if (path === null) {
      socket.destroy();
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      const lines = Array.from({ length: request.rawHeaders.length / 2 }, (_, index) =>
        request.rawHeaders.slice(2 * index, 2 * index + 2).join(": "),
      );
      upstream.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}${PREFIX}`;
}

it("behind a path prefix the page loads, is told of new snapshots, opens offline, and is not offered for translation", async () => {
  const market = marketStateOf(await sharedMarket());
  const server = await startPageServer(publicationOf(market, { sequence: 100 }), 0);
  onTestFinished(() => server.close());
  const url = await startPrefixProxy(server.port);
  const browser = await connectBrowser();
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") {
      problems.push(message.text());
    }
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  const socket = page.waitForEvent("websocket");
  await page.goto(`${url}/`);
  expect(page.url()).toBe(`${url}/mobile`);
  await page.locator("[data-view=market]").waitFor();
  expect((await socket).url()).toBe(`${url.replace("http", "ws")}/ws`);
  expect(await page.evaluate("document.documentElement.translate")).toBe(false);
  expect(await page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => scope)")).toBe(`${url}/mobile`);
  expect(problems).toEqual([]);
  await context.setOffline(true);
  await page.reload();
  await page.locator("[data-view=market]").waitFor();
});
