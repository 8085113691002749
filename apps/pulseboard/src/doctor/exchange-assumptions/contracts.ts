import { isContractName } from "@pulseboard/snapshot/contract-name";
import { type Assumption, every, shown } from "./assumption.ts";
import { resultOf, rowsOf, tradedContracts } from "./evidence.ts";

/** Other values may be either: contracts with them are left out until somebody has looked. */
const KNOWN_TYPES: ReadonlySet<unknown> = new Set([
  ...["", "innovation", "adventure"],
  ...["stock", "xstocks", "etf", "commodity", "forex", "index"],
]);
const LEAST_CONTRACTS = 100;
const MINUTES_PER_WEEK = 7 * 24 * 60;
const NEEDS = ["contracts"] as const;
const FIELDS = ["symbol", "contractType", "status", "baseCoin", "quoteCoin"] as const;

export const CONTRACT_ASSUMPTIONS: readonly Assumption[] = [
  {
    name: "contract fields",
    assumed: `${FIELDS.join(", ")} are texts in every row`,
    needs: NEEDS,
    look: (evidence) =>
      every(rowsOf(evidence, "contracts"), (row) =>
        FIELDS.every((field) => typeof row[field] === "string" && row[field] !== ""),
      ),
  },
  {
    name: "contract kinds",
    assumed: `LinearPerpetual, USDT and Trading are the words: more than ${LEAST_CONTRACTS} contracts have all three`,
    needs: NEEDS,
    look: (evidence) => {
      const { length } = tradedContracts(evidence);
      return { holds: length > LEAST_CONTRACTS, seen: `${length} contracts` };
    },
  },
  {
    name: "symbol types",
    assumed: `symbolType is one of ${[...KNOWN_TYPES].filter((type) => type !== "").join(", ")}, or empty`,
    needs: NEEDS,
    look: (evidence) =>
      every(tradedContracts(evidence), ({ symbolType = "" }) => KNOWN_TYPES.has(String(symbolType).toLowerCase())),
  },
  {
    name: "contract names",
    assumed: "names are letters and digits, then USDT",
    needs: NEEDS,
    look: (evidence) => every(tradedContracts(evidence), ({ symbol }) => isContractName(String(symbol))),
  },
  {
    name: "funding interval",
    assumed: "fundingInterval is a number of minutes, whole hours, at most a week",
    needs: NEEDS,
    look: (evidence) =>
      every(
        tradedContracts(evidence),
        ({ fundingInterval: minutes }) =>
          typeof minutes === "number" && minutes >= 60 && minutes % 60 === 0 && minutes <= MINUTES_PER_WEEK,
      ),
  },
  {
    name: "pre-listing",
    assumed: "isPreListing is true or false",
    needs: NEEDS,
    look: (evidence) => every(rowsOf(evidence, "contracts"), ({ isPreListing }) => typeof isPreListing === "boolean"),
  },
  {
    name: "pages",
    assumed: "a page has the rows that limit asks for, and its cursor leads to the next ones without a repeat",
    needs: ["contracts", "firstPage", "secondPage"],
    look: (evidence) => {
      const names = (name: "contracts" | "firstPage" | "secondPage") =>
        rowsOf(evidence, name).map(({ symbol }) => symbol);
      const all = names("contracts");
      const pages = [...names("firstPage"), ...names("secondPage")];
      const holds = pages.length > 0 && pages.every((symbol, index) => symbol === all[index]);
      return { holds: holds && names("firstPage").length === 2, seen: `${shown(pages)} of ${all.length}` };
    },
  },
  {
    name: "last page",
    assumed: "nextPageCursor of the last page is an empty text",
    needs: NEEDS,
    look: (evidence) => {
      const cursor = resultOf(evidence, "contracts")?.nextPageCursor;
      return { holds: cursor === "", seen: shown(cursor) };
    },
  },
];
