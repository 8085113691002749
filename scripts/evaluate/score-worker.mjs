// One symbol in a thread of its own: tells its progress, and its scores at the end.
import { parentPort, workerData } from "node:worker_threads";
import { scoreOneSymbol } from "./symbol-scores.mjs";

const { recorded, plan } = workerData;
const scores = scoreOneSymbol(recorded, plan, (folds) => parentPort?.postMessage({ folds }));
parentPort?.postMessage({ scores });
