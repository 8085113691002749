import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describeHistoryStore } from "../testing/history-store-conformance.ts";
import { openIn, placeIn } from "../testing/history-tools.ts";

describeHistoryStore("the day files", async () => {
  const folder = await createTemporaryFolder();
  return { open: () => openIn(placeIn(folder.path)), dispose: folder.remove };
});
