import { describeFaultsAt } from "./testing/fault-suite.ts";

describeFaultsAt("/v5/market/open-interest");
describeFaultsAt("/v5/market/account-ratio");
describeFaultsAt("/v5/market/funding/history");
