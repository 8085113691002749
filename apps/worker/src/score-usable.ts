import {
  EngineInputError,
  type SymbolAnalysis,
  type SymbolInputs,
  scoreSymbol,
  withoutInput,
} from "@pulseboard/engine";
import type { CollectionProblem } from "@pulseboard/exchange";

export interface UsableScore {
  readonly analysis: SymbolAnalysis;
  /** The inputs that it was scored by: those that the engine refused are `not_provided`. */
  readonly inputs: SymbolInputs;
  /** One for each input that was refused. */
  readonly problems: readonly CollectionProblem[];
}

/**
 * Scores a symbol by the inputs that can be right. One that the engine refuses costs that input, not the symbol.
 *
 * @throws EngineInputError for a fault outside of the inputs
 */
export function scoreUsable(given: SymbolInputs): UsableScore {
  const problems: CollectionProblem[] = [];
  let inputs = given;
  for (;;) {
    try {
      return { analysis: scoreSymbol(inputs), inputs, problems };
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
