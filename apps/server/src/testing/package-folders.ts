import { fileURLToPath } from "node:url";

const packageFolder = (name: string): string =>
  fileURLToPath(new URL(`../../../../node_modules/${name}`, import.meta.url));

/** Where a checkout has the files of the API viewer. */
export const DOCS_VIEWER = packageFolder("swagger-ui-dist");
/** Where a checkout has the files of the job board's page. */
export const BOARD = packageFolder("@bull-board/ui");
