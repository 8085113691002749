// PM2 runs worker and server side by side: `pm2 start ecosystem.config.js`. Both read .env in this folder; REDIS_URL is
// where they meet.
const common = {
  cwd: __dirname,
  script: `${__dirname}/apps/pulseboard/dist/main.js`,
  // Each process says when it is up; PM2 waits for that, for at most listen_timeout.
  wait_ready: true,
  listen_timeout: 20_000,
  // A refresh in flight is finished or handed back, and answers are finished, within 10 s.
  kill_timeout: 11_000,
  // One file for all instances of a process. Its log lines are JSON, and PM2 adds nothing to them.
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
      // Another one would wait for its turn: one refresh at a time.
      instances: 1,
      node_args: ["--max-old-space-size=512"],
      max_memory_restart: "700M",
    },
    {
      ...common,
      name: "pulseboard-server",
      args: ["server"],
      // Cluster mode for one thing: `pm2 reload` starts the new one before it ends the old one.
      exec_mode: "cluster",
      instances: 1,
      // Small heaps keep a process that only hands out bytes small; threads that compress do not each keep memory of their own.
      // Its garbage is collected in one thread: helpers that wake up for so little take longer than they save.
      node_args: [
        "--single-threaded-gc",
        "--min-semi-space-size=4",
        "--max-semi-space-size=4",
        "--max-old-space-size=128",
      ],
      env: { ...common.env, MALLOC_ARENA_MAX: "2" },
      max_memory_restart: "250M",
    },
  ],
};
