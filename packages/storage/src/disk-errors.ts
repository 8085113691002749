import { isErrno } from "./disk-files.ts";
import { PUBLICATION_DAMAGED, StoreError } from "./store-error.ts";

export type DiskFailure = "store_unreadable" | "store_unwritable";

/** A file that holds no publication, or another one than its name says. */
export function damaged(path: string, reason: string): StoreError {
  return new StoreError(`${path} is damaged: ${reason}`, {
    code: PUBLICATION_DAMAGED,
    retryable: false,
    hint: "Nothing needs to be done: the next refresh replaces it. If it happens again, check the disk.",
  });
}

/** The disk has missed a deadline. */
export function diskHangs(directory: string, ms: number): StoreError {
  return new StoreError(`${directory} has not answered for ${ms} ms`, {
    code: "store_timeout",
    retryable: true,
    hint: "The refresh goes on without the disk. Check the disk, or the network that it is reached over.",
  });
}

/** What a failure of the file system means for the operator. */
export function directoryError(directory: string, code: DiskFailure, cause: unknown): StoreError {
  const errno = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes(errno);
  const verb = code === "store_unwritable" ? "write to" : "read";
  return new StoreError(`Cannot ${verb} ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    code: full ? "disk_full" : code,
    retryable: !["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOTSUP"].includes(errno),
    hint: hintFor(full, cause),
    cause,
  });
}

function hintFor(full: boolean, cause: unknown): string {
  if (full) {
    return "Free some space there, or point DATA_DIR to another disk.";
  }
  return isErrno(cause, "EPERM") && "syscall" in cause && cause.syscall === "link"
    ? "DATA_DIR must be on a file system with hard links (not FAT or exFAT)."
    : "DATA_DIR must be a folder that this user may read and write.";
}
