import { cp, lstat } from "node:fs/promises";

/** Copies a folder but for its sockets, which cannot be copied: the lock of a history is one. */
export async function copyFolder(from: string, to: string): Promise<void> {
  const filter = async (path: string): Promise<boolean> => !(await lstat(path)).isSocket();
  await cp(from, to, { recursive: true, filter });
}
