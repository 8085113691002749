import { isRecord } from "@pulseboard/runtime";
import { type Assumption, every, shown } from "./assumption.ts";
import { type Asked, type Evidence, type RequestName, timeOf } from "./evidence.ts";

/** Those that are asked wrongly on purpose. */
const WRONG: ReadonlySet<RequestName> = new Set(["unknownSymbol", "wrongParameter", "unknownRoute"]);
/** More, and our own clock or the exchange's is wrong. */
const CLOCK_MS = 30_000;
/** Servers of the exchange may be a little apart. */
const LAGGING_MS = 60_000;
const LIMIT_HEADERS = ["x-bapi-limit", "x-bapi-limit-status", "x-bapi-limit-reset-timestamp"] as const;

interface Named extends Asked {
  readonly name: RequestName;
}

function goodRequests({ answers }: Evidence): readonly Named[] {
  return [...answers].flatMap(([name, asked]) => (WRONG.has(name) ? [] : [{ name, ...asked }]));
}

function bodyOf(evidence: Evidence, name: RequestName): Readonly<Record<string, unknown>> {
  const answer = evidence.answers.get(name)?.answer;
  const body = answer === undefined || answer.status === null ? null : answer.body;
  return isRecord(body) ? body : {};
}

function described(evidence: Evidence, name: RequestName): string {
  const { retCode, retMsg } = bodyOf(evidence, name);
  return `HTTP ${evidence.answers.get(name)?.answer.status ?? "unknown"}, retCode ${shown(retCode)} ${shown(retMsg)}`;
}

export const ENVELOPE_ASSUMPTIONS: readonly Assumption[] = [
  {
    name: "envelope",
    assumed: "a good answer is HTTP 200 and JSON with retCode 0, result and a whole number as time",
    needs: ["time"],
    takesErrors: true,
    look: (evidence) => {
      const { holds, seen } = every(
        goodRequests(evidence).map(({ name }) => name),
        (name) => {
          const { retCode, result, time } = bodyOf(evidence, name);
          const isOk = evidence.answers.get(name)?.answer.status === 200;
          return isOk && retCode === 0 && isRecord(result) && Number.isSafeInteger(time) && Number(time) > 0;
        },
      );
      return { holds, seen: seen.replace("rows", "answers") };
    },
  },
  {
    name: "time",
    assumed: "time is Unix ms, as our clock has it, and never goes back by more than a minute",
    needs: ["time"],
    look: (evidence) => {
      const times = goodRequests(evidence)
        .map(({ name, atMs }) => ({ timeMs: timeOf(evidence, name), atMs }))
        .filter(({ timeMs }) => !Number.isNaN(timeMs));
      const goesBack = times.some(({ timeMs }, index) => timeMs < (times[index - 1]?.timeMs ?? 0) - LAGGING_MS);
      const apartMs = Math.max(...times.map(({ timeMs, atMs }) => Math.abs(timeMs - atMs)));
      const isOurs = evidence.simulated || apartMs < CLOCK_MS;
      return {
        holds: !goesBack && isOurs,
        seen: goesBack ? "it went back" : `at most ${(apartMs / 1000).toFixed(1)} s apart`,
      };
    },
  },
  {
    name: "limit headers",
    assumed: `${LIMIT_HEADERS.join(", ")} are numbers, or not sent`,
    needs: ["time"],
    takesErrors: true,
    look: (evidence) =>
      every(
        goodRequests(evidence).map(({ answer }) => (answer.status === null ? {} : answer.headers)),
        (headers) => LIMIT_HEADERS.every((name) => headers[name] === undefined || /^\d+$/.test(String(headers[name]))),
      ),
  },
  {
    name: "unknown symbol",
    assumed: "HTTP 200 with retCode 10029, or 10001 and the word symbol in retMsg",
    needs: ["unknownSymbol"],
    takesErrors: true,
    look: (evidence) => {
      const { retCode, retMsg } = bodyOf(evidence, "unknownSymbol");
      const holds = retCode === 10029 || (retCode === 10001 && /\bsymbols?\b/i.test(String(retMsg)));
      return { holds: holds && hasStatus(evidence, "unknownSymbol", 200), seen: described(evidence, "unknownSymbol") };
    },
  },
  {
    name: "wrong parameter",
    assumed: "HTTP 200 with retCode 10001, and no word of a symbol in retMsg",
    needs: ["wrongParameter"],
    takesErrors: true,
    look: (evidence) => {
      const { retCode, retMsg } = bodyOf(evidence, "wrongParameter");
      const holds = retCode === 10001 && !/\bsymbols?\b/i.test(String(retMsg));
      return {
        holds: holds && hasStatus(evidence, "wrongParameter", 200),
        seen: described(evidence, "wrongParameter"),
      };
    },
  },
  {
    name: "unknown route",
    assumed: "HTTP 404, or HTTP 200 with retCode 10017",
    needs: ["unknownRoute"],
    takesErrors: true,
    look: (evidence) => {
      const isSaid = hasStatus(evidence, "unknownRoute", 200) && bodyOf(evidence, "unknownRoute").retCode === 10017;
      return { holds: isSaid || hasStatus(evidence, "unknownRoute", 404), seen: described(evidence, "unknownRoute") };
    },
  },
];

function hasStatus({ answers }: Evidence, name: RequestName, status: number): boolean {
  return answers.get(name)?.answer.status === status;
}
