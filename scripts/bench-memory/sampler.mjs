// Looks at a cgroup again and again, and at the processes in it; and keeps a server busy meanwhile.
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";

const SAMPLE_MS = 250;
const REQUESTS_PER_S = 50;
const ANSWER_MS = 30_000;

/** @typedef {{ name: string, meanMb: number, maxMb: number }} Phase */

/** @param {import("./memory-group.mjs").MemoryGroup} group */
export function startSampler(group) {
  /** @type {{ name: string, samples: number[] }[]} */
  const phases = [];
  /** @type {Record<string, number>} */
  const largestMb = {};
  const timer = setInterval(() => {
    phases.at(-1)?.samples.push(group.usedMb());
    for (const pid of group.members()) {
      noteLargest(pid, largestMb);
    }
  }, SAMPLE_MS);
  return {
    /** @param {string} name of what goes on from now */
    begin: (name) => void phases.push({ name, samples: [] }),
    end: () => clearInterval(timer),
    /** @returns {readonly Phase[]} */
    phases: () =>
      phases.map(({ name, samples }) => ({
        name,
        meanMb: Math.round(samples.reduce((sum, sample) => sum + sample, 0) / samples.length),
        maxMb: Math.round(Math.max(...samples)),
      })),
    /** The largest RSS that each kind of process has had, MB: what PM2's max_memory_restart is compared with. */
    largestMb: () => largestMb,
  };
}

/** @param {number} pid @param {Record<string, number>} largestMb */
function noteLargest(pid, largestMb) {
  try {
    const kind = kindOf(readFileSync(`/proc/${pid}/cmdline`, "utf8"), readFileSync(`/proc/${pid}/environ`, "utf8"));
    const [, kb = "0"] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    largestMb[kind] = Math.max(largestMb[kind] ?? 0, Math.round(Number(kb) / 1024));
  } catch {
    // It has just ended.
  }
}

/**
 * In both, zero bytes stand between the parts. PM2 names a process in its environment, and not always in its command line.
 * @param {string} command @param {string} environment
 */
function kindOf(command, environment) {
  const [, name] = /(?:^|\0)name=(pulseboard-\w+)\0/.exec(environment) ?? [];
  if (name !== undefined) {
    return name;
  }
  return command.startsWith("PM2 ") ? "PM2's daemon" : (command.split("\0")[0]?.split("/").at(-1) ?? "");
}

/** Half over kept connections, half over new ones. @param {string} url */
export function startLoad(url) {
  const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: false })];
  let answered = 0;
  let failed = 0;
  let sent = 0;
  const ask = () => {
    const agent = agents[sent++ % 2];
    const request = get(url, { agent, timeout: ANSWER_MS, headers: { "accept-encoding": "br" } }, (response) => {
      response.resume().once("end", () => {
        response.statusCode === 200 ? answered++ : failed++;
      });
    });
    request.once("error", () => failed++).once("timeout", () => request.destroy(new Error("no answer")));
  };
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  return {
    begin: () => {
      timer = setInterval(ask, 1000 / REQUESTS_PER_S);
    },
    stop: () => {
      clearInterval(timer);
      for (const agent of agents) {
        agent.destroy();
      }
      return { answered, failed };
    },
  };
}
