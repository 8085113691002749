const WIDTH = 30;

/**
 * A bar on the terminal; nothing where the output is none.
 *
 * @param {{ isTTY?: boolean, write: (text: string) => unknown }} output @param {string} what
 * @param {number} total of steps
 */
export function progressBar(output, what, total) {
  let done = 0;
  let shown = "";
  const show = (/** @type {string} */ text) => {
    if (output.isTTY === true && text !== shown) {
      output.write(`\r${text}`);
      shown = text;
    }
  };
  return {
    advance(/** @type {number} */ steps) {
      done += steps;
      const share = Math.min(1, done / total);
      const filled = Math.floor(share * WIDTH);
      show(`${what} [${"#".repeat(filled)}${" ".repeat(WIDTH - filled)}] ${Math.floor(100 * share)} %`);
    },
    /** Leaves an empty line. */
    end() {
      show(" ".repeat(what.length + WIDTH + 10));
      show("");
    },
  };
}
