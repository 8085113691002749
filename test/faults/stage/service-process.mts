import type { TestServer } from "@pulseboard/testing/servers";
import type { StagedProcess } from "../contracts.mts";

/** Redis or memcached as a process of the stage. */
export function stageService(name: "redis" | "memcached", server: TestServer): StagedProcess {
  let isRunning = true;
  let isPaused = false;
  return {
    name,
    pid: () => server.pid(),
    isRunning: () => isRunning,
    isPaused: () => isPaused,
    kill: async () => {
      isRunning = false;
      isPaused = false;
      await server.kill();
    },
    restart: async () => {
      await server.restart();
      isRunning = true;
    },
    pause: () => {
      isPaused = true;
      server.pause();
    },
    resume: () => {
      isPaused = false;
      server.resume();
    },
    output: () => "",
  };
}
