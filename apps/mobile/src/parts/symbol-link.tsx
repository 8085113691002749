import "./symbol-link.css";

/** The address of a symbol's breakdown. A symbol may be anything that an exchange calls one. */
export function symbolHref(symbol: string): string {
  return `#/${encodeURIComponent(symbol)}`;
}

/** A symbol that leads to its breakdown. */
export function SymbolLink({ symbol }: { readonly symbol: string }) {
  return (
    <a class="symbol-link" href={symbolHref(symbol)}>
      {symbol}
    </a>
  );
}
