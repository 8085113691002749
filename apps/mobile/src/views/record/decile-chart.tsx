import { type DecileShares, decilePaths } from "./decile-paths.ts";
import { valueWords } from "./record-words.ts";
import "./decile-chart.css";

/** Ten bars from the line at 50 %, from the lowest tenth to the highest, with their intervals. Its numbers stand in the table. */
export function DecileChart({ shares }: { readonly shares: DecileShares }) {
  const { above, below, whiskers, reach } = decilePaths(shares);
  const said = (index: number) => valueWords("share", shares.share[index] ?? 0);
  const last = shares.share.length - 1;
  const words = `Share that beat the median: lowest tenth ${said(0)}, highest tenth ${said(last)}, least ${valueWords("share", Math.min(...shares.share))}, most ${valueWords("share", Math.max(...shares.share))}. The table below has all.`;
  return (
    <div class="deciles" role="img" aria-label={words}>
      <div class="deciles-scale" aria-hidden="true">
        <span>{50 + reach}%</span>
        <span>50%</span>
        <span>{50 - reach}%</span>
      </div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path class="decile-above" d={above} />
        <path class="decile-below" d={below} />
        <path class="deciles-middle" d="M0 50h100" />
        <path class="deciles-whiskers" d={whiskers} />
      </svg>
      <div class="deciles-ends" aria-hidden="true">
        <span>lowest tenth</span>
        <span>highest tenth</span>
      </div>
    </div>
  );
}
