import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { startProgram } from "../testing/program.ts";

const run = (...args: string[]) => startProgram(["simulator", ...args]);

describe("pulseboard simulator", () => {
  test("prints its address, answers there, and ends with 0 on SIGTERM", async () => {
    const { process: child, firstLine, ended } = run("--port", "0", "--seed", "3");
    const line = await firstLine();
    expect(line).toMatch(/^simulator: a generated market on http:\/\/127\.0\.0\.1:\d+$/);
    const url = line.split(" ").at(-1);
    const answer = (await (await fetch(`${url}/v5/market/time`)).json()) as { time: number };
    expect(Math.abs(answer.time - Date.now())).toBeLessThan(10_000);
    child.kill("SIGTERM");
    expect(await ended()).toMatchObject({ code: 0, err: "" });
  });

  test("ends once on a Ctrl-C that comes twice, also while somebody waits for an answer", async () => {
    const { process: child, firstLine, ended } = run("--port", "0", "--symbols", "5");
    const url = (await firstLine()).split(" ").at(-1);
    const fault = { endpoint: "*", fault: "slow_headers" };
    await fetch(`${url}/__faults`, { method: "POST", body: JSON.stringify(fault) });
    const hanging = fetch(`${url}/v5/market/time`).catch((error: Error) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect(await ended()).toMatchObject({ code: 0, err: "" });
    expect(await hanging).toBeInstanceOf(Error);
  });

  test("reports to its parent process when it is ready, and ends when that one is gone", async () => {
    const { process: child } = run("--port", "0", "--symbols", "5");
    const [message] = await once(child, "message");
    expect(message).toEqual({ type: "ready", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    child.disconnect();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });

  test("ends too where that one is gone before it listens to it, such as a demo that is ended while it starts", async () => {
    const { process: child } = run("--port", "0", "--symbols", "5");
    child.disconnect();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });

  test.each([
    [["--port", "abc"], 2, /^simulator: --port abc is not usable: give a whole number from 0 to 65535\n$/],
    [["--prot"], 2, /^simulator: Unknown option '--prot': --help lists the options\n$/],
    [["--replay", "/nope", "--at", "2025-06-10T12:00:00Z"], 2, /^simulator: there is no recording in \/nope: .+\n$/],
  ])("%j is one line and exit code %i", async (args, code, err) => {
    expect(await run(...args).ended()).toEqual({ code, out: "", err: expect.stringMatching(err) });
  });

  test("a taken port is one line and exit code 1", async () => {
    const first = run("--port", "0", "--symbols", "5");
    const port = (await first.firstLine()).split(":").at(-1) ?? "";
    const { code, err } = await run("--port", port).ended();
    expect([code, err]).toEqual([1, expect.stringMatching(/^simulator: cannot listen on 127\.0\.0\.1:\d+: .+\n$/)]);
  });

  test("--help lists the options", async () => {
    const { code, out } = await run("--help").ended();
    expect(code).toBe(0);
    for (const option of ["--port", "--seed", "--symbols", "--replay", "--at", "--speed", "--ban-ms"]) {
      expect(out).toContain(option);
    }
  });
});
