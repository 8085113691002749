import { execFileSync } from "node:child_process";
import { runTool } from "../../integration/support/promtool.mts";

/** A service as Compose understands it, with everything from other files in it. */
export interface ComposeService {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<"redis" | "worker" | "server", ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** docker-compose brings the library that reads YAML. */
const TO_JSON = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)";

/** @param folder of compose.yaml @throws Error with what docker-compose says against it */
export async function readComposeFile(folder: string): Promise<ComposeFile> {
  const { code, output } = await runTool("docker-compose", ["config"], { cwd: folder });
  if (code !== 0) {
    throw new Error(`docker-compose refuses ${folder}/compose.yaml:\n${output}`);
  }
  return JSON.parse(execFileSync("/usr/bin/python3", ["-c", TO_JSON], { input: output, encoding: "utf8" }));
}
