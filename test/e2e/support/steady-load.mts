import { Agent, get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** Asks again and again, half of it over kept connections, until stopped. */
export function startLoad(target: string) {
  const failures: string[] = [];
  let answered = 0;
  let going = true;
  const ask = (agent: Agent) =>
    new Promise<void>((resolve) => {
      const request = get(target, { agent, timeout: 60_000 }, (response) => {
        response.resume();
        response.once("end", () => {
          answered += 1;
          if (response.statusCode !== 200) {
            failures.push(`HTTP ${response.statusCode}`);
          }
          resolve();
        });
      });
      request.once("error", (error) => {
        failures.push(error.message);
        resolve();
      });
    });
  // By turns: of connections of which the last used is used first, one may idle until its server ends and cuts it off just when it is
  // used again.
  const agents = [new Agent({ keepAlive: true, scheduling: "fifo" }), new Agent({ keepAlive: false })];
  const loops = Array.from({ length: 8 }, async (_, index) => {
    const agent = agents[index % 2] ?? new Agent();
    while (going) {
      await ask(agent);
      await delay(5);
    }
  });
  return {
    stop: async () => {
      going = false;
      await Promise.all(loops);
      for (const agent of agents) {
        agent.destroy();
      }
      return { answered, failures };
    },
  };
}
