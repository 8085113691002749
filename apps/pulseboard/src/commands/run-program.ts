/** Which apps a process runs, and what ends with it. */
export interface ProgramParts {
  /** Whether this process refreshes the market. */
  readonly worker: boolean;
  /** Whether this process serves it. */
  readonly server: boolean;
  /** Ends what must outlive worker and server, such as the exchange that the demo simulates. */
  readonly onEnd?: () => Promise<void>;
}

/** Runs worker, server or both with this environment. Resolves when all of it is up; it then runs until a signal. */
export type RunProgram = (env: NodeJS.ProcessEnv, parts: ProgramParts) => Promise<void>;
