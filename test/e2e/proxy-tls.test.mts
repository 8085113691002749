import { writeFile } from "node:fs/promises";
import { get } from "node:http";
import { connect } from "node:http2";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { isLeftOut, runTool } from "../integration/support/promtool.mts";
import { untilSnapshot } from "./support/ask.mts";
import { startDocumentedNginxWithTls } from "./support/nginx.mts";
import {
  type Pulseboard,
  type SimulatorProgram,
  simulated,
  startPulseboard,
  startSimulatorProgram,
} from "./support/program.mts";
import {
  documentedCaddyfile,
  makeCertificate,
  SITE_NAME,
  startDocumentedCaddy,
  type TlsProxy,
} from "./support/tls.mts";

const PATH = "/api/dashboard/mobile-data";
let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let simulator: SimulatorProgram;
let pulseboard: Pulseboard;
let upstream = "";

beforeAll(async () => {
  folder = await createTemporaryFolder();
  simulator = await startSimulatorProgram("--seed", "32");
  pulseboard = await startPulseboard({
    ...simulated(simulator.url, folder.path),
    SYMBOL_COUNT: "3",
    TRUST_PROXY: "loopback",
    REFRESH_CRON: "*/5 * * * * *",
  });
  upstream = new URL(pulseboard.url).host;
  await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 3);
});

afterAll(async () => {
  await Promise.all([pulseboard?.stop(), simulator?.stop()]);
  await folder?.remove();
});

describe.each([
  {
    name: "nginx",
    start: async () => startDocumentedNginxWithTls(upstream, await makeCertificate(folder.path)),
    isMissing: false,
  },
  { name: "Caddy", start: () => startDocumentedCaddy(upstream), isMissing: isLeftOut("caddy") },
])("behind $name with TLS, as docs/operations.md sets it up", ({ start, isMissing }) => {
  let proxy: TlsProxy;

  beforeAll(async () => {
    if (!isMissing) {
      proxy = await start();
    }
  });
  afterAll(() => proxy?.stop());

  it.skipIf(isMissing)("leads from plain http to the same address over https", async () => {
    const { status, location } = await askPlainly(`${proxy.plainUrl}/mobile?x=1`);
    expect([301, 308]).toContain(status);
    expect(location).toMatch(new RegExp(`^https://${SITE_NAME}(?::\\d+)?/mobile\\?x=1$`));
  });

  it.skipIf(isMissing)("serves over HTTP/2 the server's own coding and entity tag, and 304", async () => {
    const session = connect(proxy.url, { rejectUnauthorized: false, servername: SITE_NAME });
    onTestFinished(() => session.destroy());
    const ask = (headers: Readonly<Record<string, string>>) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const request = session.request({ ":path": PATH, ":authority": SITE_NAME, ...headers });
        request.once("response", resolve).once("error", reject).resume().end();
      });
    const first = await ask({ "accept-encoding": "br" });
    expect(first).toMatchObject({ ":status": 200, "content-encoding": "br" });
    expect(first["strict-transport-security"]).toBeDefined();
    expect(session.alpnProtocol).toBe("h2");
    // A refresh may come in between.
    await expect
      .poll(async () => {
        const { etag } = await ask({ "accept-encoding": "br" });
        return (await ask({ "accept-encoding": "br", "if-none-match": String(etag) }))[":status"];
      })
      .toBe(304);
  });

  it.skipIf(isMissing)("announces snapshots over a WebSocket", async () => {
    // The types leave out the name for TLS, which the library hands on.
    const options = { rejectUnauthorized: false, servername: SITE_NAME, headers: { host: SITE_NAME } };
    const socket = new WebSocket(`${proxy.url.replace("https:", "wss:")}/ws`, options);
    onTestFinished(() => socket.terminate());
    const message = await new Promise((resolve, reject) => {
      socket.once("message", (data) => resolve(JSON.parse(String(data)))).once("error", reject);
    });
    expect(message).toMatchObject({ sequence: expect.any(Number) });
  });
});

it.skipIf(isLeftOut("caddy"))("Caddy takes the recipe as it is", async () => {
  const file = join(folder.path, "Caddyfile");
  await writeFile(file, documentedCaddyfile());
  const { code, output } = await runTool("caddy", ["validate", "--adapter", "caddyfile", "--config", file]);
  expect(output).toContain("Valid configuration");
  expect(code).toBe(0);
});

function askPlainly(url: string): Promise<{ readonly status: number; readonly location: string }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host: SITE_NAME }, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? "" });
    }).once("error", reject);
  });
}
