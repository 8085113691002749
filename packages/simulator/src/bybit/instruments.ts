import { type Contract, formatSteps } from "../market/contract.ts";
import type { SymbolMarket } from "../market/symbol-market.ts";
import { MINUTE_MS } from "../market/time.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { categoryOf, isListed, limitOf, rejectParameter, type SimulatedRequest } from "./request.ts";

const STATUSES = ["PreLaunch", "Trading", "Delivering", "Closed"];

/** `/v5/market/instruments-info`: pages of contracts, sorted by name; those that trade unless `status` says otherwise. */
export function instrumentsInfo(request: SimulatedRequest) {
  const { query, market, visibleMs } = request;
  const category = categoryOf(query);
  const limit = limitOf(query, 500, 1000);
  const status = query.get("status") ?? "Trading";
  if (!STATUSES.includes(status)) {
    throw rejectParameter("status invalid");
  }
  const after = decodeCursor(query.get("cursor")).get("last") ?? "";
  const wanted = market.symbols.filter(
    (candidate) =>
      category === "linear" &&
      isListed(candidate, visibleMs) &&
      statusOf(candidate.contract) === status &&
      matches(query, "symbol", candidate.contract.symbol) &&
      matches(query, "baseCoin", candidate.contract.baseCoin) &&
      matches(query, "symbolType", candidate.contract.symbolType),
  );
  const page = wanted.filter(({ contract }) => contract.symbol > after).slice(0, limit);
  return { category, list: page.map(describe), nextPageCursor: cursorAfter(page, wanted) };
}

function statusOf(contract: Contract): string {
  return contract.preListing === null ? "Trading" : "PreLaunch";
}

function matches(query: URLSearchParams, name: string, value: string): boolean {
  const wanted = query.get(name);
  return wanted === null || wanted === "" || wanted === value;
}

function cursorAfter(page: readonly SymbolMarket[], wanted: readonly SymbolMarket[]): string {
  const first = page[0]?.contract.symbol;
  const last = page.at(-1)?.contract.symbol;
  if (first === undefined || last === undefined || last === wanted.at(-1)?.contract.symbol) {
    return "";
  }
  return encodeCursor({ first, last });
}

function describe({ contract }: SymbolMarket) {
  const { tick, quantityStep } = contract;
  const price = (ticks: number) => formatSteps(ticks, tick);
  const quantity = (steps: number) => formatSteps(steps, quantityStep);
  const maxOrderSteps = 100_000;
  return {
    symbol: contract.symbol,
    symbolId: contract.symbolId,
    contractType: contract.contractType,
    status: statusOf(contract),
    baseCoin: contract.baseCoin,
    quoteCoin: contract.quoteCoin,
    launchTime: String(contract.launchTimeMs),
    deliveryTime: String(contract.deliveryTimeMs),
    deliveryFeeRate: contract.deliveryTimeMs === 0 ? "" : "0.0005",
    priceScale: String(tick.decimals),
    leverageFilter: { minLeverage: "1", maxLeverage: contract.maxLeverage.toFixed(2), leverageStep: "0.01" },
    priceFilter: { minPrice: price(1), maxPrice: price(19_999_998), tickSize: price(1) },
    lotSizeFilter: {
      maxOrderQty: quantity(maxOrderSteps),
      minOrderQty: quantity(1),
      qtyStep: quantity(1),
      postOnlyMaxOrderQty: quantity(maxOrderSteps),
      maxMktOrderQty: quantity(maxOrderSteps / 5),
      minNotionalValue: "5",
    },
    unifiedMarginTrade: true,
    fundingInterval: contract.fundingIntervalHours * 60,
    settleCoin: contract.quoteCoin,
    copyTrading: contract.quoteCoin === "USDT" && contract.preListing === null ? "both" : "none",
    upperFundingRate: String(contract.fundingCap),
    lowerFundingRate: String(-contract.fundingCap),
    isPreListing: contract.preListing !== null,
    preListingInfo: contract.preListing === null ? null : preListingInfo(contract, contract.preListing),
    riskParameters: { priceLimitRatioX: "0.01", priceLimitRatioY: "0.02" },
    symbolType: contract.symbolType,
  };
}

/** Three short auction phases, then continuous trading without an end. */
function preListingInfo(contract: Contract, curAuctionPhase: string) {
  const opensMs = contract.launchTimeMs + 22 * 60 * MINUTE_MS;
  const phase = (name: string, fromMinute: number, toMinute: number) => ({
    phase: name,
    startTime: String(opensMs + fromMinute * MINUTE_MS),
    endTime: toMinute === Infinity ? "" : String(opensMs + toMinute * MINUTE_MS),
  });
  return {
    curAuctionPhase,
    phases: [
      phase("CallAuction", 0, 50),
      phase("CallAuctionNoCancel", 50, 55),
      phase("CrossMatching", 55, 60),
      phase("ContinuousTrading", 60, Infinity),
    ],
    auctionFeeInfo: { auctionFeeRate: "0", takerFeeRate: "0.001", makerFeeRate: "0.0004" },
  };
}
