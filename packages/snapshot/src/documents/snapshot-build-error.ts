/** What was put together is not a valid document; the message names where. A defect of the writer. */
export class SnapshotBuildError extends Error {
  override readonly name = "SnapshotBuildError";
}
