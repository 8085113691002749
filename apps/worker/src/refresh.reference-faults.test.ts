import { describeFaultsAt } from "./testing/fault-suite.ts";

describeFaultsAt("/api/v3/global");
describeFaultsAt("/fng/");
