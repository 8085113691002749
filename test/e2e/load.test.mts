import { describeLoad } from "./support/describe-load.mts";

// In a minute, and with the limits of production: npm run test:all.
describeLoad("a load", {
  perSecond: 400,
  seconds: 6,
  limitPerMinute: 60,
  refreshCron: "*/5 * * * * *",
  slowClients: { headersS: 10, requestS: 15, keepAliveS: 65, stalledS: 30, slackS: 60, dripEveryMs: 1_000 },
});
