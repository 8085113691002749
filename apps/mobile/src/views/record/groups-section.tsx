import { formats } from "../../format/formats.ts";
import { DecileChart } from "./decile-chart.tsx";
import { claimWords, type Horizon, type HorizonFigures, intervalWords, spanOf, valueWords } from "./record-words.ts";

type Ranked = HorizonFigures["ranked"][string];

/** Which days, and which entry. */
export type Span = "groups.recent" | "groups.all" | "late_groups.recent" | "late_groups.all";

interface GroupsSectionProps {
  readonly ranked: Ranked;
  /** Of `ranked` in the response. */
  readonly path: string;
  readonly horizon: Horizon;
  readonly span: Span;
  readonly feesBp: number;
}

/** The bars of one figure, what the highest group had more than the lowest, and what trading costs. */
export function GroupsSection({ ranked, path, horizon, span, feesBp }: GroupsSectionProps) {
  const [entry, days] = span.split(".") as ["groups" | "late_groups", "recent" | "all"];
  const groups = ranked[entry][days];
  if (groups === null) {
    return (
      <p class="record-no-chart" data-record={`${path}.claim`}>
        {ranked.claim.kind === "collecting" ? claimWords(ranked.claim, "") : "too many equal values for ten bars"}
      </p>
    );
  }
  const { share, low, high, return_bp, readings, top_less_bottom_bp: difference } = groups;
  return (
    <div data-groups={`${path}.${span}`}>
      <DecileChart shares={groups} />
      <p class="record-costs">
        Top less bottom decile:{" "}
        <b data-record={`${path}.${span}.top_less_bottom_bp`}>
          {difference === null ? "unknown" : valueWords("bp", difference)}
        </b>{" "}
        in {spanOf(horizon)} ({intervalWords("bp", groups.top_less_bottom_low_bp, groups.top_less_bottom_high_bp)}); a
        round trip costs about <b data-record="round_trip_fees_bp">{formats.count(feesBp)} bp</b> in fees, and the
        spread.
      </p>
      <details class="record-more">
        <summary>As a table</summary>
        <table class="figure-table">
          <thead>
            <tr>
              <th scope="col">Tenth</th>
              <th scope="col">Beat the median</th>
              <th scope="col">Mean return above it</th>
            </tr>
          </thead>
          <tbody>
            {share.map((value, i) => (
              <tr key={i}>
                <th scope="row">{i + 1}</th>
                <td>
                  {valueWords("share", value)}
                  <br />
                  <span class="record-note">
                    {intervalWords("share", low[i] ?? null, high[i] ?? null)}; {formats.count(readings[i] ?? 0)}{" "}
                    readings
                  </span>
                </td>
                <td>{valueWords("bp", return_bp[i] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
