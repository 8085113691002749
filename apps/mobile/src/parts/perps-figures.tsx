import type { PageSnapshot } from "@pulseboard/snapshot";
import { formats } from "../format/formats.ts";
import { Figure } from "./figure.tsx";
import { basisWords, fundingWords } from "./perps-words.ts";
import { StackedBar } from "./stacked-bar.tsx";

/** Fields of the figures that the market view shows too. */
type PerpsProps = Pick<PageSnapshot, "perps" | "missing">;

/** Funding rate over all contracts, percent per 8 h, and who pays. */
export function FundingRate({ perps: { funding_rate }, missing }: PerpsProps) {
  return (
    <Figure
      path="perps.funding_rate"
      label="Funding per 8 h"
      missing={missing}
      value={funding_rate}
      format={fundingPercent}
      signed
      note={funding_rate !== null && fundingWords(funding_rate)}
    />
  );
}

/** Formats a fraction as signed percent, with four decimals because funding rates are small. */
export function fundingPercent(rate8h: number): string {
  return formats.signedPercent(rate8h * 100, 4);
}

/** Share of accounts that are long, %. */
export function LongAccounts({ perps, missing }: PerpsProps) {
  return (
    <Figure
      path="perps.long_pct"
      label="▲ Long accounts"
      missing={missing}
      value={perps.long_pct}
      format={formats.percent}
    />
  );
}

/** Share of accounts that are short, %. */
export function ShortAccounts({ perps, missing }: PerpsProps) {
  return (
    <Figure
      path="perps.short_pct"
      label="▼ Short accounts"
      missing={missing}
      value={perps.short_pct}
      format={formats.percent}
    />
  );
}

/** Long against short as a bar; nothing while either is unknown. */
export function AccountsBar({ perps: { long_pct, short_pct } }: Pick<PerpsProps, "perps">) {
  if (long_pct === null || short_pct === null) {
    return null;
  }
  return (
    <StackedBar
      parts={[
        { name: "long", size: long_pct, colour: "long" },
        { name: "short", size: short_pct, colour: "short" },
      ]}
    />
  );
}

/** Perpetuals against their index, %, and the name of that state. */
export function Basis({ perps: { basis_pct }, missing }: PerpsProps) {
  return (
    <Figure
      path="perps.basis_pct"
      label="Basis"
      missing={missing}
      value={basis_pct}
      format={(percent) => formats.signedPercent(percent, 3)}
      signed
      note={basis_pct !== null && basisWords(basis_pct)}
    />
  );
}
