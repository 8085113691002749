import {
  EngineInputError,
  type SymbolAnalysis,
  type SymbolInputs,
  scoreSymbol,
  withoutInput,
} from "@pulseboard/engine";
import type { CollectionProblem } from "@pulseboard/exchange";

/** A result of the engine, and the inputs behind it. */
interface Usable<T> {
  readonly result: T;
  /** The inputs that it was made from: those that the engine refused are `not_provided`. */
  readonly inputs: SymbolInputs;
  /** One for each input that was refused. */
  readonly problems: readonly CollectionProblem[];
}

export interface UsableScore extends Omit<Usable<SymbolAnalysis>, "result"> {
  readonly analysis: SymbolAnalysis;
}

/**
 * Scores a symbol by the inputs that can be right. One that the engine refuses costs that input, not the symbol.
 *
 * @throws EngineInputError for a fault outside of the inputs
 */
export function scoreUsable(given: SymbolInputs): UsableScore {
  const { result: analysis, ...of } = fromUsable(given, scoreSymbol);
  return { analysis, ...of };
}

/**
 * What the engine makes of the inputs that can be right.
 *
 * @throws EngineInputError for a fault outside of the inputs
 */
export function fromUsable<T>(given: SymbolInputs, make: (inputs: SymbolInputs) => T): Usable<T> {
  const problems: CollectionProblem[] = [];
  let inputs = given;
  for (;;) {
    try {
      return { result: make(inputs), inputs, problems };
    } catch (error) {
      if (!(error instanceof EngineInputError) || error.input === null) {
        throw error;
      }
      inputs = withoutInput(inputs, error.input);
      problems.push({
        endpoint: error.input,
        code: "bad_input",
        message: `Scored without ${error.input}: ${error.message}.`,
        hint: null,
        symbol: given.symbol,
      });
    }
  }
}
