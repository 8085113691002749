import type { SymbolInputs } from "@pulseboard/engine";
import type { Logger } from "@pulseboard/runtime";
import { DAY, SnapshotBuildError, type Steps } from "@pulseboard/snapshot";
import type { SingleDocument } from "@pulseboard/storage";
import { inTurns } from "../turns/in-turns.ts";
import { daysSteps, endOfStepMs, type HistoryMoment, symbolHistorySteps } from "./history-documents.ts";
import type { ScoreSeries } from "./score-series.ts";

export interface DocumentRoundsOptions {
  readonly series: ScoreSeries;
  /** False when no store took it. */
  readonly publishSingle: (document: SingleDocument) => Promise<boolean>;
  readonly durations: { readonly historyEveryMs: number };
  readonly log: Logger;
}

/** Publishes what is due after a refresh, one document after the other, with turns of the event loop between their parts. */
export interface DocumentRounds {
  /** Of the refreshes that come while documents are published, the last is next. */
  begin(moment: HistoryMoment): void;
  close(): void;
  /** Resolves when nothing is published any more. */
  ended(): Promise<void>;
}

/** What was published of the days, to know when the next are due. */
interface PublishedDays {
  readonly endMs: number;
  readonly symbols: ReadonlySet<string>;
  /** Whether each symbol's last half hour had closed on the exchange too. */
  readonly isWhole: boolean;
}

export function createDocumentRounds(options: DocumentRoundsOptions): DocumentRounds {
  const { series, publishSingle, durations, log } = options;
  let days: PublishedDays | null = null;
  /** By symbol, the number of the slot in which its history was published last. */
  const slots = new Map<string, number>();
  let next: HistoryMoment | null = null;
  let isClosed = false;
  let round: Promise<void> | null = null;

  /** A document that would not be valid is a defect, which costs this one alone. */
  const publish = async (name: string, steps: Steps<SingleDocument>): Promise<boolean> => {
    try {
      return await publishSingle(await inTurns(steps));
    } catch (err) {
      if (!(err instanceof SnapshotBuildError)) {
        throw err;
      }
      log.error({ err, document: name }, "Not published: the document is not valid (a defect)");
      return true;
    }
  };

  const publishDays = async (moment: HistoryMoment): Promise<void> => {
    const endMs = endOfStepMs(moment.asOfMs, DAY.stepS);
    const published = days;
    const isCurrent =
      published?.endMs === endMs &&
      published.isWhole &&
      [...moment.inputs.keys()].every((symbol) => published.symbols.has(symbol));
    if (isCurrent || !(await publish("days", daysSteps(moment, series)))) {
      return;
    }
    const isWhole = [...moment.inputs.values()].every(({ candles }) => hasClosed(candles["30m"], endMs));
    days = { endMs, symbols: new Set(moment.inputs.keys()), isWhole };
  };

  const publishHistories = async (moment: HistoryMoment): Promise<void> => {
    const slot = Math.floor(moment.asOfMs / durations.historyEveryMs);
    for (const symbol of slots.keys()) {
      if (!moment.inputs.has(symbol)) {
        slots.delete(symbol);
      }
    }
    for (const [symbol, inputs] of moment.inputs) {
      if (isClosed) {
        return;
      }
      if (slots.get(symbol) === slot) {
        continue;
      }
      // Where no store takes one, the others would wait in vain too; the next refresh tries again.
      if (!(await publish(symbol, symbolHistorySteps(moment, inputs, series)))) {
        return;
      }
      slots.set(symbol, slot);
    }
  };

  const publishAll = async (): Promise<void> => {
    for (let moment = next; moment !== null && !isClosed; moment = next) {
      next = null;
      try {
        await publishDays(moment);
        await publishHistories(moment);
      } catch (err) {
        log.error({ err }, "Documents of the history not published (a defect)");
      }
    }
    round = null;
  };

  return {
    begin: (moment) => {
      next = moment;
      round ??= publishAll();
    },
    close: () => {
      isClosed = true;
    },
    ended: async () => {
      await round;
    },
  };
}

/** A candle that the exchange brings late is waited for; one that it does not bring at all is a gap. */
function hasClosed(input: SymbolInputs["candles"]["30m"], endMs: number): boolean {
  return !input.known || input.asOfMs >= endMs || endMs - input.asOfMs > LATE_MS;
}

const LATE_MS = 2 * DAY.stepS * 1000;
