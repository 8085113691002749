/** Those before it are standard input, output and error. */
const FIRST_DESCRIPTOR = 3;

/**
 * The listening socket that systemd, or whoever else started this process, has opened for it (sd_listen_fds): two servers that are
 * handed the same one take turns in answering, so that one can be replaced by the other without a refused connection.
 *
 * @returns undefined when none was handed over, or when it was meant for another process
 */
export function handedOverDescriptor(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const isForUs = env.LISTEN_PID === undefined || env.LISTEN_PID === String(pid);
  return env.LISTEN_FDS === "1" && isForUs ? FIRST_DESCRIPTOR : undefined;
}
