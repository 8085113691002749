import { claimText, comparisonText, correlationText, count, hoursOf, nameOf, shareText } from "./words.mjs";

/** @typedef {import("./evaluation.mjs").Evaluation} Evaluation */
/** @typedef {import("@pulseboard/history").Horizon} Horizon */

/** What came out, in sentences. @param {Evaluation} evaluation @returns {string[]} */
export function plainSentences({ summary, named, scoreLess, looks }) {
  const line = summary.horizons[named.horizon]?.lines[named.line];
  const sentences = [];
  if (line !== undefined) {
    const { all, claim, crowded } = line;
    sentences.push(
      `The one figure that was named beforehand: a ${nameOf(named.line)} beat the median symbol in the next ${hoursOf(named.horizon)} in ${shareText(all)} of ${count(all?.readings ?? 0)} readings on ${all?.days ?? 0} days; a coin toss gives 50 %. That is: ${claimText(claim, "more often than a coin toss", "less often than a coin toss")}.`,
    );
    if (crowded !== null) {
      sentences.push(
        `Counted apart, since they cannot all beat the median: ${count(crowded.readings)} such scores at moments at which more than half of the symbols had one.`,
      );
    }
  }
  for (const [horizon, { ranked }] of Object.entries(summary.horizons)) {
    const { score } = ranked;
    sentences.push(
      `Next ${hoursOf(horizon)}: the rank correlation of the score with what came is ${correlationText(score?.all)}: ${
        score === undefined ? "none" : claimText(score.claim, "higher scores did better", "higher scores did worse")
      }. ${momentumWords(scoreLess[/** @type {Horizon} */ (horizon)] ?? {})}`,
    );
  }
  return [...sentences, ...lookSentences(looksOf({ summary, scoreLess }), looks + 1)];
}

/** @param {readonly Look[]} all @param {number} count of them, those without any day among them */
function lookSentences(all, count) {
  const named = (/** @type {readonly Look[]} */ some) => some.map(({ what }) => what).join("; ");
  const shown = all.filter(({ claim }) => claim.kind === "difference");
  const unjudged = count - all.filter(({ claim }) => claim.kind !== "collecting").length;
  const unclaimed = all.filter(({ claim, leavesOutChance }) => leavesOutChance && claim.kind !== "difference");
  const waiting = unjudged === 0 ? "" : ` ${unjudged} wait for the days that the record asks for.`;
  return [
    shown.length === 0
      ? `Of ${count} figures and comparisons none shows a difference from chance.${waiting}`
      : `Of ${count} figures and comparisons these show a difference from chance: ${named(shown)}.${waiting}`,
    unclaimed.length === 0
      ? "No other interval of 95 % leaves out chance."
      : `An interval of 95 % leaves out chance by accident in one of twenty looks, about ${Math.round(count / 20)} of these. So it is no claim that it does for: ${named(unclaimed)}.`,
  ];
}

/**
 * @typedef {object} Look
 * @property {string} what
 * @property {import("@pulseboard/history").Claim} claim
 * @property {boolean} leavesOutChance the interval of 95 % does
 */

/** @param {Pick<Evaluation, "summary" | "scoreLess">} evaluation @returns {Look[]} */
function looksOf({ summary, scoreLess }) {
  return Object.entries(summary.horizons).flatMap(([horizon, { ranked, lines }]) => {
    const look = (
      /** @type {string} */ what,
      /** @type {import("@pulseboard/history").Claim} */ claim,
      /** @type {{ low: number | null, high: number | null } | null} */ interval,
      /** @type {number} */ chance,
    ) => {
      const { low, high } = interval ?? { low: null, high: null };
      const isAbove = low !== null && low > chance;
      const isBelow = high !== null && high < chance;
      const side = isAbove ? ", above" : isBelow ? ", below" : "";
      return { what: `${what}, ${hoursOf(horizon)}${side}`, claim, leavesOutChance: isAbove || isBelow };
    };
    return [
      ...Object.entries(ranked).map(([name, { claim, all }]) => look(nameOf(name), claim, all, 0)),
      ...Object.entries(lines).map(([name, { claim, all }]) => look(nameOf(name), claim, all, 0.5)),
      ...Object.entries(scoreLess[/** @type {Horizon} */ (horizon)] ?? {}).flatMap(([than, found]) =>
        found === null ? [] : [look(`score less ${nameOf(than)}`, found.claim, found, 0)],
      ),
    ];
  });
}

/** @param {Record<string, import("@pulseboard/history").CorrelationDifference | null>} differences */
function momentumWords(differences) {
  const words = Object.entries(differences).map(([than, found]) => `${nameOf(than)}: ${comparisonText(found)}`);
  return `Against ${words.join("; ")}.`;
}
