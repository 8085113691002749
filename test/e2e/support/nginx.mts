import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startSupervised } from "@pulseboard/testing/supervised-process";
import { findProgram } from "../../../scripts/lib/ensure-installed.mjs";
import { until } from "./ask.mts";
import { ROOT } from "./program.mts";
import type { Certificate, TlsProxy } from "./tls.mts";

export interface Nginx {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  stop(): Promise<void>;
}

/** nginx as docs/operations.md sets it up in front of `upstream` ("127.0.0.1:PORT"), but for port, TLS and the cache's folder. */
export function startDocumentedNginx(upstream: string): Promise<Nginx> {
  return startNginx((port, folder) =>
    documentedRecipe([
      ["listen 80;", `listen unix:${join(folder, "http.sock")};`],
      ["listen 443 ssl http2;", `listen 127.0.0.1:${port};`],
      ...placesOf(upstream, folder),
    ]),
  );
}

/** The same with TLS, and with its other port, which leads to https. */
export async function startDocumentedNginxWithTls(
  upstream: string,
  { certificate, key }: Certificate,
): Promise<TlsProxy> {
  const httpPort = await findFreePort();
  const nginx = await startNginx((port, folder) =>
    documentedRecipe([
      ["listen 80;", `listen 127.0.0.1:${httpPort};`],
      ["listen 443 ssl http2;", `listen 127.0.0.1:${port} ssl http2;`],
      [
        "# server_name, ssl_certificate, ssl_certificate_key",
        `ssl_certificate ${certificate}; ssl_certificate_key ${key};`,
      ],
      ...placesOf(upstream, folder),
    ]),
  );
  return { ...nginx, url: nginx.url.replace("http:", "https:"), plainUrl: `http://127.0.0.1:${httpPort}` };
}

function placesOf(upstream: string, folder: string): readonly (readonly [string, string])[] {
  return [
    ["/var/cache/nginx/pulseboard ", `${join(folder, "cache")} `],
    ["server 127.0.0.1:8002;", `server ${upstream};`],
  ];
}

/** nginx that serves `upstream` below /pulse/ of a site with other pages, behind a login: me, secret. */
export function startNginxWithPrefix(upstream: string): Promise<Nginx> {
  return startNginx((port, folder) => {
    const users = join(folder, "users");
    writeFileSync(users, "me:{PLAIN}secret\n");
    return `server {
  listen 127.0.0.1:${port};
  auth_basic "Pulseboard"; auth_basic_user_file ${users};
  location /pulse/ { proxy_pass http://${upstream}/; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }
  location / { return 404; }
}`;
  });
}

/** @param recipeFor the content of the http block, for a port and a folder of its own */
async function startNginx(recipeFor: (port: number, folder: string) => string): Promise<Nginx> {
  const port = await findFreePort();
  const running = await startSupervised(findProgram("nginx") ?? "nginx", (folder) => {
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => {
      mkdirSync(join(folder, name));
      return `${name}_temp_path ${join(folder, name)};`;
    });
    const recipe = recipeFor(port, folder);
    // One process, which is gone when it is killed.
    const config = `daemon off; master_process off; pid ${join(folder, "pid")}; error_log stderr warn;
events {}
http {
access_log off;
${temporary.join("\n")}
${recipe}}
`;
    writeFileSync(join(folder, "nginx.conf"), config);
    return ["-p", folder, "-e", "stderr", "-c", join(folder, "nginx.conf")];
  });
  const isUp = await until(async () => ((await accepts(port)) || running.hasEnded() ? true : null));
  if (isUp !== true || running.hasEnded()) {
    const output = await running.output();
    await running.kill();
    throw new Error(`nginx did not start:\n${output}`);
  }
  return { url: `http://127.0.0.1:${port}`, stop: () => running.kill() };
}

function documentedRecipe(changes: readonly (readonly [string, string])[]): string {
  const operations = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
  const blocks = [...operations.matchAll(/^```nginx\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  if (blocks.length !== 1) {
    throw new Error(`docs/operations.md has ${blocks.length} recipes for nginx`);
  }
  return changes.reduce((recipe, [from, to]) => {
    if (recipe.split(from).length !== 2) {
      throw new Error(`the recipe for nginx does not have "${from}" once`);
    }
    return recipe.replace(from, to);
  }, blocks.join());
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
