import { PulseboardError } from "@pulseboard/runtime";

/** Reads `.env` of the working directory, if there is one; variables that are set already win.
 * @throws PulseboardError "bad_config" when it cannot be read */
export function loadEnvFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return;
    }
    throw new PulseboardError(
      `The file .env cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        code: "bad_config",
        retryable: false,
        hint: "It is a text file that this user may read, or does not exist.",
        cause: error,
      },
    );
  }
}
