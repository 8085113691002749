import { describeFirstDay } from "./support/describe-first-day.mts";

describeFirstDay("An operator's first day", { watch: "2m", waitsForBan: true });
