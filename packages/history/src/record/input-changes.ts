import type { DayStatistics } from "./day-statistics.ts";
import type { InputChange } from "./summary.ts";

/**
 * The days on which an input became known, or ceased to be: a record does not begin anew then, and its reader must know. An input is
 * known on a day when it was at more than half of the day's scores.
 *
 * @param days - Of one horizon, in order.
 * @param inputs - Names, in the order of the statistics.
 */
export function inputChanges(days: readonly DayStatistics[], inputs: readonly string[]): readonly InputChange[] {
  const withScores = days.filter(({ scores }) => scores > 0);
  const isKnown = ({ known, scores }: DayStatistics, index: number) => 2 * (known[index] ?? 0) > scores;
  return withScores.slice(1).flatMap((today, place) => {
    const before = withScores[place];
    return inputs.flatMap((input, index) => {
      const known = isKnown(today, index);
      return before === undefined || known === isKnown(before, index) ? [] : [{ day: today.day, input, known }];
    });
  });
}
