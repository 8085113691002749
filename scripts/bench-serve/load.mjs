// The two kinds of load: as much as goes (wrk), and so many requests a second (our own, which counts every answer).
import { execFile } from "node:child_process";
import { Agent, get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
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
  const args = ["-c", LOAD_CORE, "wrk", "-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--latency", ...header, url];
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

/**
 * `perSecond` requests a second over kept connections, evenly, for so long; every answer is read to its end and counted.
 * @param {string} url @param {{ perSecond: number, seconds: number }} load
 * @returns {Promise<{ byStatus: Map<number, number>, failed: number, withoutRetryAfter: number, slowestMs: number }>}
 */
export async function pacedLoad(url, { perSecond, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const byStatus = new Map();
  let failed = 0;
  let withoutRetryAfter = 0;
  let slowestMs = 0;
  const one = () =>
    new Promise((resolve) => {
      const startedMs = performance.now();
      const done = () => {
        slowestMs = Math.max(slowestMs, performance.now() - startedMs);
        resolve(undefined);
      };
      get(url, { agent, headers: { "accept-encoding": "gzip" } }, (response) => {
        const { statusCode = 0 } = response;
        byStatus.set(statusCode, (byStatus.get(statusCode) ?? 0) + 1);
        if (statusCode === 429 && !(Number(response.headers["retry-after"]) > 0)) {
          withoutRetryAfter += 1;
        }
        response.resume().once("close", done);
      }).once("error", () => {
        failed += 1;
        done();
      });
    });
  const startedMs = performance.now();
  const total = perSecond * seconds;
  const pending = [];
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.ceil(((performance.now() - startedMs) / 1000) * perSecond));
    for (; sent < due; sent++) {
      pending.push(one());
    }
    await delay(4);
  }
  await Promise.all(pending);
  agent.destroy();
  return { byStatus, failed, withoutRetryAfter, slowestMs };
}
