import { HISTORY_ROUTES } from "@pulseboard/snapshot";
import { type Days, isDays } from "../days.ts";

/** The body of `/api/days`, as the server sends it: with the scores as well. */
export function sampleDays(): Days {
  const example = HISTORY_ROUTES.find(({ path }) => path === "/api/days")?.example();
  const body: unknown = { status: "success", ...example };
  if (!isDays(body)) {
    throw new Error("the example of the days is not recognised");
  }
  return body;
}
