// PM2 runs worker and server side by side: `pm2 start ecosystem.config.js`. Both read .env in this folder, and meet at
// REDIS_URL.
const { existsSync } = require("node:fs");
const { totalmem } = require("node:os");
const { basename, dirname, join } = require("node:path");

const RELEASE_SCRIPT = "dist/pulseboard.mjs";
const SCRIPT = existsSync(join(__dirname, RELEASE_SCRIPT)) ? RELEASE_SCRIPT : "apps/pulseboard/dist/main.js";

// Of a release that was deployed, the way leads through DIR/current: PM2 keeps the paths that it was first given, and a reload then
// follows the link to the newest release. Node has resolved it in __dirname.
const current = join(__dirname, "../../current");
const root = basename(dirname(__dirname)) === "releases" && existsSync(current) ? current : __dirname;

/** A share of the machine's memory, MB, within bounds. */
function limitMb(share, { least, most }) {
  return Math.round(Math.min(most, Math.max(least, (share * totalmem()) / 2 ** 20)));
}

const common = {
  cwd: root,
  // Absolute, for the same reason. PM2 hands a path with a blank in it to a shell, where it falls apart: there the script is relative
  // to cwd, which PM2 leaves as it is.
  script: root.includes(" ") ? SCRIPT : `${root}/${SCRIPT}`,
  // Each process tells PM2 when it is up; PM2 waits for that at most listen_timeout.
  wait_ready: true,
  listen_timeout: 20_000,
  // Within 10 s, the worker finishes or requeues its refresh, and the server its responses.
  kill_timeout: 11_000,
  // One file for all instances of a process. The log lines are JSON, and PM2 adds nothing to them.
  merge_logs: true,
  max_restarts: 10,
  exp_backoff_restart_delay: 200,
  env: { NODE_ENV: "production" },
};

module.exports = {
  apps: [
    {
      ...common,
      name: "pulseboard-worker",
      args: ["worker"],
      exec_mode: "fork",
      // A second one would only wait for its turn: one refresh runs at a time.
      instances: 1,
      // A heap that grows late and in small steps: `npm run bench:memory` measures what worker, server, PM2 and Redis take together.
      // With 50 symbols the process takes about 190 MB. The limits are for hundreds: 500 do not fit into a heap of 256 MB. Its garbage
      // is collected beside the event loop, which `--single-threaded-gc` would hold for a quarter of a second at 500 symbols.
      node_args: ["--min-semi-space-size=4", "--max-semi-space-size=4", "--max-old-space-size=512"],
      env: { ...common.env, MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" },
      // On a machine of 512 MB PM2 starts it again at 300 MB, before the system has to end something.
      max_memory_restart: `${limitMb(0.6, { least: 300, most: 700 })}M`,
    },
    {
      ...common,
      name: "pulseboard-server",
      args: ["server"],
      // Cluster mode only so that `pm2 reload` starts the new process before it ends the old one.
      exec_mode: "cluster",
      instances: 1,
      // The process only hands out bytes: small heaps keep it small, and one malloc arena keeps the compressing threads from holding
      // memory each. One thread collects its garbage: waking helpers for so little takes longer than they save. The limits are for
      // hundreds of symbols: 500 do not fit into a heap of 128 MB.
      node_args: [
        "--single-threaded-gc",
        "--min-semi-space-size=2",
        "--max-semi-space-size=2",
        "--max-old-space-size=256",
      ],
      // Memory that a compression has freed goes back to the system: some 5 MB.
      env: { ...common.env, MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" },
      max_memory_restart: `${limitMb(0.4, { least: 250, most: 500 })}M`,
    },
  ],
};
