// Sends as many requests as the server can answer.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { LOAD_CORE } from "./processes.mjs";

const run = promisify(execFile);
const CONNECTIONS = 50;

/**
 * @param {string} url @param {number} seconds @param {Readonly<Record<string, string>>} headers
 * @returns {Promise<{ perSecond: number, p99Ms: number, requests: number, failed: number }>}
 */
export async function wrk(url, seconds, headers) {
  const header = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const args = [
    "-c",
    LOAD_CORE,
    "wrk",
    "-t1",
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    "--timeout",
    "10s",
    "--latency",
    ...header,
    url,
  ];
  const { stdout } = await run("taskset", args);
  const number = (/** @type {RegExp} */ pattern) => Number(pattern.exec(stdout)?.[1] ?? 0);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  const inMs = { us: 0.001, ms: 1, s: 1000 }[unit ?? "ms"] ?? 1;
  const socketErrors =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout)?.slice(1) ?? [];
  return {
    perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p99Ms: Number(value) * inMs,
    requests: number(/(\d+) requests in/),
    failed: number(/Non-2xx or 3xx responses: (\d+)/) + socketErrors.reduce((sum, count) => sum + Number(count), 0),
  };
}
