interface OutsideLink {
  readonly name: string;
  readonly href: string;
}

/**
 * The pages of a contract elsewhere: at the exchange that the prices are from, and at a chart site. None for a market that is no
 * exchange's: a page with other prices would make one of the two look wrong.
 */
export function linksOutside(
  { origin, simulated }: { readonly origin: string; readonly simulated: boolean },
  symbol: string,
): readonly OutsideLink[] {
  if (origin !== "bybit" || simulated) {
    return [];
  }
  const name = encodeURIComponent(symbol);
  return [
    { name: "Bybit", href: `https://www.bybit.com/trade/usdt/${name}` },
    // ".P" is a perpetual: without it, it would be the spot market.
    { name: "TradingView", href: `https://www.tradingview.com/chart/?symbol=BYBIT:${name}.P` },
  ];
}
