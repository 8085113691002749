/** The writer has built an invalid document, which is a defect of the program. The message names the path. */
export class SnapshotBuildError extends Error {
  override readonly name = "SnapshotBuildError";
}
