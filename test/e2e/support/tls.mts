import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startSupervised } from "@pulseboard/testing/supervised-process";
import { findProgram } from "../../../scripts/lib/ensure-installed.mjs";
import { until } from "./ask.mts";
import { ROOT } from "./program.mts";

const SITE = "dashboard.example.org";

/** Files of a certificate that nobody but the test trusts. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface TlsProxy {
  /** "https://127.0.0.1:PORT" */
  readonly url: string;
  /** Of its other port: "http://127.0.0.1:PORT". */
  readonly plainUrl: string;
  stop(): Promise<void>;
}

export async function makeCertificate(folder: string): Promise<Certificate> {
  const made = { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  const subject = ["-subj", `/CN=${SITE}`, "-addext", `subjectAltName=DNS:${SITE}`];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const files = ["-keyout", made.key, "-out", made.certificate];
  await promisify(execFile)("openssl", ["req", "-x509", "-nodes", "-days", "2", ...curve, ...subject, ...files]);
  return made;
}

/** Caddy as docs/operations.md sets it up in front of `upstream`, but for ports and for the authority of its certificate. */
export async function startDocumentedCaddy(upstream: string): Promise<TlsProxy> {
  const [httpsPort, httpPort] = await Promise.all([findFreePort(), findFreePort()]);
  const recipe = documentedCaddyfile().replace("127.0.0.1:8002", upstream);
  const running = await startSupervised("env", (folder) => {
    const data = join(folder, "data");
    mkdirSync(data);
    const file = join(folder, "Caddyfile");
    const options = [
      "admin off",
      "local_certs",
      "skip_install_trust",
      `http_port ${httpPort}`,
      `https_port ${httpsPort}`,
    ];
    writeFileSync(file, `{\n  ${options.join("\n  ")}\n}\n${recipe}`);
    const home = [`HOME=${data}`, `XDG_DATA_HOME=${data}`, `XDG_CONFIG_HOME=${data}`];
    return [...home, findProgram("caddy") ?? "caddy", "run", "--adapter", "caddyfile", "--config", file];
  });
  // It listens before it has its certificate, and refuses handshakes until then.
  const isUp = await until(async () => ((await shakesHands(httpsPort)) || running.hasEnded() ? true : null));
  if (isUp !== true || running.hasEnded()) {
    const output = await running.output();
    await running.kill();
    throw new Error(`Caddy did not start:\n${output}`);
  }
  return {
    url: `https://127.0.0.1:${httpsPort}`,
    plainUrl: `http://127.0.0.1:${httpPort}`,
    stop: () => running.kill(),
  };
}

function shakesHands(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", servername: SITE, rejectUnauthorized: false });
    socket.once("secureConnect", () => resolve(true)).once("error", () => resolve(false));
    // A handshake that comes to no end is asked for again.
    socket.setTimeout(5_000, () => socket.destroy(new Error("no handshake")));
    socket.once("secureConnect", () => socket.destroy());
  });
}

/** The whole Caddyfile of docs/operations.md. */
export function documentedCaddyfile(): string {
  const operations = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
  const [, recipe = ""] = new RegExp(`^\`\`\`\n(${SITE} .*?)^\`\`\`$`, "ms").exec(operations) ?? [];
  return recipe;
}

/** The name that both recipes serve. */
export const SITE_NAME = SITE;
