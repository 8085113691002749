import { describeFaultsAt } from "./testing/fault-suite.ts";

describeFaultsAt("/v5/market/kline");
describeFaultsAt("/v5/market/orderbook");
describeFaultsAt("/v5/market/recent-trade");
