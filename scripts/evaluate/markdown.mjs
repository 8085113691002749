import { reportOf } from "./report.mjs";

const PLACE = /(<!-- evaluation: generated, do not edit -->\n).*(<!-- end -->)/s;

/**
 * The text with its marked place filled with what an evaluation found.
 * @param {string} text @param {import("./evaluation.mjs").Evaluation} evaluation
 * @returns {string}
 * @throws where there is no such place
 */
export function fillEvaluation(text, evaluation) {
  if (!PLACE.test(text)) {
    throw new Error("no place for the evaluation");
  }
  return text.replace(
    PLACE,
    (_, begin, end) => `${begin}\n${reportOf(evaluation).map(sectionText).join("\n")}\n${end}`,
  );
}

/** @param {import("./report.mjs").Section} section */
function sectionText({ title, sentences, table }) {
  const lines = [`## ${title}`, "", ...sentences.map((sentence) => `- ${sentence}`), ""];
  return [...lines, ...(table === undefined ? [] : tableLines(table))].join("\n");
}

/** @param {import("./report.mjs").Table} table */
function tableLines({ head, rows }) {
  return [...[head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`), ""];
}
