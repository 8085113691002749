import { isRecord, systemClock } from "@pulseboard/runtime";
import { Ajv2020 } from "ajv/dist/2020.js";
import { within } from "./within.ts";

export interface DescribedRoute {
  /** As it is described: "/api/dashboard/confluence-analysis/{symbol}". */
  readonly path: string;
  /** What is wrong with the body of a 200, "/market_breadth must be object"; null when it is as described. */
  readonly problemWith: (body: unknown) => string | null;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Ours has a tenth of them. */
const MOST_PATHS = 300;
/** For the schemas, and for all bodies together: the longest that ours have taken on a busy machine is a tenth. */
const LOOKING_MS = 10_000;

/**
 * The GET routes of a server by its own description, which answer 200 with JSON; not the WebSocket. It may be any server's: what
 * it describes is looked at for some seconds at most.
 *
 * @throws Error when the document is no OpenAPI description, has too many paths, or has a schema that cannot be used
 */
export function describedRoutes(document: unknown, lookingMs = LOOKING_MS): readonly DescribedRoute[] {
  if (!isRecord(document) || !isRecord(document.paths)) {
    throw new Error("it is no OpenAPI document");
  }
  const { paths } = document;
  const count = Object.keys(paths).length;
  if (count > MOST_PATHS) {
    throw new Error(`it has ${count} paths, more than ${MOST_PATHS}`);
  }
  return within(lookingMs, () => compileRoutes(document, paths, lookingMs));
}

function compileRoutes(
  document: object,
  paths: Readonly<Record<string, unknown>>,
  lookingMs: number,
): readonly DescribedRoute[] {
  let leftMs = lookingMs;
  const ajv = new Ajv2020({
    strict: false,
    formats: { "date-time": (text: string) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)) },
    logger: false,
    // Each body is looked at once: what makes the looking faster costs more than it saves, on a machine that has a deploy to do.
    validateSchema: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  ajv.addSchema(document, "openapi.json");
  return Object.entries(paths)
    .filter(([path, item]) => path.startsWith("/") && hasJsonOf200(item))
    .map(([path]) => {
      const place = path.replaceAll("~", "~0").replaceAll("/", "~1");
      const pointer = `#/paths/${encodeURIComponent(place)}/get/responses/200/content/application~1json/schema`;
      const isValid = ajv.compile({ $ref: `openapi.json${pointer}` });
      return {
        path,
        problemWith: (body) => {
          const startedMs = systemClock.monotonicMs();
          try {
            return within(Math.max(1, Math.ceil(leftMs)), () => isValid(body))
              ? null
              : ajv.errorsText(isValid.errors?.slice(0, 1), { dataVar: "" });
          } catch (error) {
            // A schema that leads to itself, and a body that is as deep as one likes.
            return ` cannot be compared: ${error instanceof Error ? error.message : String(error)}`;
          } finally {
            leftMs -= systemClock.monotonicMs() - startedMs;
          }
        },
      };
    });
}

function hasJsonOf200(item: unknown): boolean {
  return (
    ["get", "responses", "200", "content", "application/json", "schema"].reduce<unknown>(
      (value, name) => (isRecord(value) ? value[name] : undefined),
      item,
    ) !== undefined
  );
}
