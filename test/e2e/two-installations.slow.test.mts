import { describeInstallations } from "./support/describe-installations.mts";

describeInstallations(100, { isWaitedFor: true });
