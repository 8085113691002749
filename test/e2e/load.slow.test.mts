import { describeLoad } from "./support/describe-load.mts";

// With the limits of production.
describeLoad("a minute of two thousand requests a second", {
  perSecond: 2_000,
  seconds: 60,
  limitPerMinute: 3_000,
  refreshCron: "*/10 * * * * *",
  isHurried: false,
  // Headers and bodies are looked at every 5 s; the rest is for a machine that is busy.
  slowClients: { headersS: 10, requestS: 15, keepAliveS: 65, stalledS: 30, slackS: 15, dripEveryMs: 1_000 },
});
