/** The writer has built an invalid document: a defect of ours. The message names the path. */
export class SnapshotBuildError extends Error {
  override readonly name = "SnapshotBuildError";
}
