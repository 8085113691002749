import { describeFirstDay } from "./support/describe-first-day.mts";

describeFirstDay("An operator's first day, in short", { watch: "20s", waitsForBan: false });
