import { isRecord } from "@pulseboard/runtime";
import { Ajv2020 } from "ajv/dist/2020.js";

export interface DescribedRoute {
  /** As it is described: "/api/dashboard/confluence-analysis/{symbol}". */
  readonly path: string;
  /** What is wrong with the body of a 200, "/market_breadth must be object"; null when it is as described. */
  readonly problemWith: (body: unknown) => string | null;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * The GET routes of a server by its own description, which answer 200 with JSON; not the WebSocket.
 *
 * @throws Error when the document is no OpenAPI description, or has a schema that cannot be used
 */
export function describedRoutes(document: unknown): readonly DescribedRoute[] {
  if (!isRecord(document) || !isRecord(document.paths)) {
    throw new Error("it is no OpenAPI document");
  }
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
  return Object.entries(document.paths)
    .filter(([path, item]) => path.startsWith("/") && hasJsonOf200(item))
    .map(([path]) => {
      const place = path.replaceAll("~", "~0").replaceAll("/", "~1");
      const pointer = `#/paths/${encodeURIComponent(place)}/get/responses/200/content/application~1json/schema`;
      const isValid = ajv.compile({ $ref: `openapi.json${pointer}` });
      return {
        path,
        problemWith: (body) => {
          try {
            return isValid(body) ? null : ajv.errorsText(isValid.errors?.slice(0, 1), { dataVar: "" });
          } catch (error) {
            // A schema that leads to itself, and a body that is as deep as one likes.
            return ` cannot be compared: ${error instanceof Error ? error.message : String(error)}`;
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
