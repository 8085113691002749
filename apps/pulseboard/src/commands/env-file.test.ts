import { afterEach, expect, test, vi } from "vitest";
import { loadEnvFile } from "./env-file.ts";

afterEach(() => vi.restoreAllMocks());

/** Node's own errors for a file .env that is missing, that this user may not read, and that is a folder. */
const MISSING = Object.assign(new Error("ENOENT: no such file or directory, open '.env'"), { code: "ENOENT" });
const FORBIDDEN = Object.assign(new Error("EACCES: permission denied, open '.env'"), { code: "EACCES" });
const FOLDER = new TypeError("Contents of '.env' should be a valid string.");

function loadWhenNodeThrows(error: Error): void {
  vi.spyOn(process, "loadEnvFile").mockImplementation(() => {
    throw error;
  });
  loadEnvFile();
}

test("does without a file .env", () => {
  expect(() => loadWhenNodeThrows(MISSING)).not.toThrow();
});

test.each([FORBIDDEN, FOLDER])("refuses a file .env that cannot be read: %s", (error) => {
  expect(() => loadWhenNodeThrows(error)).toThrow(
    expect.objectContaining({ code: "bad_config", message: `The file .env cannot be read: ${error.message}` }),
  );
});
