import { StoreError } from "../store-error.ts";

/** The StoreError that a call fails with, and how long that took; whatever else becomes of it fails the test. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ readonly error: StoreError; readonly tookMs: number }> {
  const startMs = performance.now();
  const error = await call.then(
    () => new Error("It succeeded"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StoreError)) {
    throw error;
  }
  return { error, tookMs: performance.now() - startMs };
}
