import { describeLoad } from "./support/describe-load.mts";

// For a minute, and with the limits of production: npm run test:all.
describeLoad("a load", {
  perSecond: 400,
  seconds: 6,
  limitPerMinute: 60,
  refreshCron: "* * * * * *",
  isHurried: true,
  slowClients: { headersS: 1, requestS: 1.5, keepAliveS: 3, stalledS: 3, slackS: 60, dripEveryMs: 100 },
});
