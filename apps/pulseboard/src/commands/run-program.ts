/** The apps that a process runs, and the companion that ends with it. */
export interface ProgramParts {
  /** True if this process refreshes the market. */
  readonly worker: boolean;
  /** True if this process serves it. */
  readonly server: boolean;
  /** Ends what must outlive worker and server, such as the exchange that the demo simulates. */
  readonly onEnd?: () => Promise<void>;
}

/** Runs worker, server or both with this environment. Resolves when all of it is up; it then runs until a signal. */
export type RunProgram = (env: NodeJS.ProcessEnv, parts: ProgramParts) => Promise<void>;
