/** A line that shows what a command waits for: on a terminal only, where it overwrites itself. */
export interface ProgressLine {
  show(text: string): void;
  /** Takes it away, before something else is printed. */
  clear(): void;
}

const CLEAR_LINE = "\r\u001b[K";

/** @param isShown - Whether standard output is a terminal, and for people. */
export function createProgressLine(isShown: boolean): ProgressLine {
  const write = (text: string): void => {
    if (isShown) {
      process.stdout.write(text);
    }
  };
  return {
    show: (text) => write(`${CLEAR_LINE}${text.slice(0, Math.max(0, (process.stdout.columns || 80) - 1))}`),
    clear: () => write(CLEAR_LINE),
  };
}
