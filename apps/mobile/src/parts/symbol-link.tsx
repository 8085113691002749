import "./symbol-link.css";

/** The address of a symbol's breakdown. A symbol may be any text that an exchange chooses. */
export function symbolHref(symbol: string): string {
  return `#/${encodeURIComponent(symbol)}`;
}

/** A symbol that links to its breakdown. */
export function SymbolLink({ symbol }: { readonly symbol: string }) {
  return (
    <a class="symbol-link" href={symbolHref(symbol)}>
      <SymbolName symbol={symbol} />
    </a>
  );
}

const QUOTE = "USDT";

/** The coin, followed by the common quote currency in smaller type. It reads and copies as one word. */
export function SymbolName({ symbol }: { readonly symbol: string }) {
  if (!symbol.endsWith(QUOTE) || symbol === QUOTE) {
    return <>{symbol}</>;
  }
  return (
    <>
      {symbol.slice(0, -QUOTE.length)}
      <wbr />
      <span class="symbol-quote">{QUOTE}</span>
    </>
  );
}
