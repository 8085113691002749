/** Which build of Pulseboard this is. Logs, `/healthz`, `/readyz`, metrics and `worker:status` say it. */
export interface Build {
  /** Of the package: "0.1.0". */
  readonly version: string;
  /** The short commit; "unknown" where nobody wrote it down. */
  readonly commit: string;
}
