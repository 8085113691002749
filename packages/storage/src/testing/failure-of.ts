import { PulseboardError } from "@pulseboard/runtime";

/** Resolves with the error that a call must fail with, and how long that took; rejects if it succeeds or has a defect. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ readonly error: PulseboardError; readonly tookMs: number }> {
  const startMs = performance.now();
  const error = await call.then(
    () => new Error("It succeeded"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PulseboardError)) {
    throw error;
  }
  return { error, tookMs: performance.now() - startMs };
}
