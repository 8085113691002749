import { describeFaultsAt } from "./testing/fault-suite.ts";

describeFaultsAt("/v5/market/instruments-info");
describeFaultsAt("/v5/market/tickers");
