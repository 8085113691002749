import { once } from "node:events";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { basename, join } from "node:path";
import { findFreePort } from "@pulseboard/testing/free-port";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it, onTestFailed, onTestFinished } from "vitest";
import { isLeftOut } from "../integration/support/promtool.mts";
import { untilSnapshot } from "./support/ask.mts";
import { type ComposeFile, type ComposeService, readComposeFile } from "./support/compose-file.mts";
import { buildImage, type Image } from "./support/dockerfile.mts";
import { type Isolated, isolate } from "./support/isolated.mts";
import { type Program, ROOT, type SimulatorProgram, startSimulatorProgram } from "./support/program.mts";
import { builtRelease } from "./support/release.mts";

const RECIPE = "deploy/container";
const SYMBOLS = 5;
const DATA = "/home/node/data";
/** Of the output of a program whose test fails, in characters. */
const MAX_SHOWN = 4000;

interface App {
  readonly name: string;
  readonly node_args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly kill_timeout: number;
}
const { apps } = createRequire(import.meta.url)(join(ROOT, "ecosystem.config.js")) as { readonly apps: readonly App[] };

describe.skipIf(isLeftOut("docker-compose"))("the container", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let isolated: Isolated;
  let simulator: SimulatorProgram;
  let compose: ComposeFile;
  let image: Image;
  /** Stands in for / of the image. */
  let root = "";
  let ports = { server: 0, metrics: 0, redis: 0 };

  beforeAll(async () => {
    const release = await builtRelease();
    [folder, simulator] = [await createTemporaryFolder(), await startSimulatorProgram("--port", "0", "--seed", "8")];
    isolated = isolate(folder.path);
    root = join(isolated.home, "image");
    const file = join(folder.path, basename(release.file));
    cpSync(release.file, file);
    await runs(["tar", "-xzf", file]);
    const context = join(isolated.home, `pulseboard-${release.version}`);
    // What the base image has.
    await runs(["mkdir", "-p", join(root, "home/node")]);
    image = await buildImage(readFileSync(join(context, RECIPE, "Dockerfile"), "utf8"), { context, root, isolated });

    await runs(["cp", join(context, RECIPE, "compose.yaml"), "."]);
    const settings = { EXCHANGE: "simulator", EXCHANGE_URL: simulator.url, SYMBOL_COUNT: String(SYMBOLS) };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(isolated.home, ".env"), lines.join(""), { mode: 0o644 });
    compose = await readComposeFile(isolated.home);
    ports = { server: await findFreePort(), metrics: await findFreePort(), redis: await findFreePort() };
  });

  afterAll(async () => {
    await simulator?.stop();
    await runs(["chmod", "-R", "u+w", root]);
    await folder?.remove();
  });

  async function runs(command: readonly string[]): Promise<void> {
    const running = isolated.start(command);
    expect(await running.ended(), running.output()).toBe(0);
  }

  /** In the image, as its user: ports and folders are those of this test. */
  function starts(command: readonly string[], env: Readonly<Record<string, string | number>> = {}): Program {
    const here = Object.fromEntries(
      Object.entries({ ...image.env, ...env }).map(([name, value]) => [name, `${value}`]),
    );
    const program = isolated.start(command.map(withPorts), {
      ...here,
      DATA_DIR: join(root, here.DATA_DIR ?? ""),
      HOST: "127.0.0.1",
      PORT: `${ports.server}`,
      // A worker takes the next one.
      ADMIN_PORT: `${ports.metrics}`,
      ...(here.REDIS_URL !== undefined && { REDIS_URL: `redis://127.0.0.1:${ports.redis}` }),
      WORKING_DIRECTORY: join(root, image.workingDirectory),
    });
    onTestFinished(async () => void (await program.stop("SIGKILL")));
    onTestFailed(() => console.error(`${command.at(-1)}: ${program.output().slice(-MAX_SHOWN)}`));
    return program;
  }
  const withPorts = (part: string): string =>
    part
      .replace("127.0.0.1:8002", `127.0.0.1:${ports.server}`)
      .replace("127.0.0.1:9003", `127.0.0.1:${ports.metrics + 1}`);
  const isHealthy = async (command: readonly string[]): Promise<boolean> => (await starts(command).ended()) === 0;
  const filesOfImage = () =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => !join("/", name).startsWith(`${DATA}/`))
      .toSorted();

  it("has no more rights than it needs, one volume, and no port that other machines reach", () => {
    const { redis, worker, server } = compose.services;
    for (const service of [redis, worker, server]) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        restart: "unless-stopped",
      });
      expect(service.user).not.toMatch(/^(root|0)?$/);
    }
    expect(image.user).toBe("node");
    expect(Object.keys(compose.volumes)).toEqual(["data"]);
    expect([redis.volumes ?? [], worker.volumes, server.volumes]).toEqual([
      [],
      [`data:${DATA}:rw`],
      [`data:${DATA}:rw`],
    ]);
    expect([redis.ports, worker.ports, server.ports]).toEqual([undefined, undefined, ["127.0.0.1:8002:8002/tcp"]]);
    expect(redis.command.join(" ")).toContain("--maxmemory-policy noeviction");
  });

  it("runs worker and server as PM2 does, on a Node that they support", () => {
    for (const name of ["worker", "server"] as const) {
      const app = apps.find((each) => each.name === `pulseboard-${name}`);
      const { command, environment, stop_grace_period } = compose.services[name];
      expect(command).toEqual([...(app?.node_args ?? []), "dist/pulseboard.mjs", name]);
      expect(environment).toMatchObject(app?.env ?? {});
      expect(Number.parseInt(stop_grace_period ?? "", 10) * 1000).toBeGreaterThanOrEqual(app?.kill_timeout ?? 0);
    }
    const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const [, major = ""] = /^node:(\d+)-slim$/.exec(image.base) ?? [];
    expect(engines.node).toMatch(new RegExp(`[\\^=]${major}\\.`));
  });

  it("is well with the commands of its recipe, writes nothing but its volume, and ends when it is told to", async () => {
    const before = filesOfImage();
    await runs(["chmod", "-R", "a-w", root]);
    await runs(["chmod", "u+w", join(root, DATA)]);
    const { redis, worker, server } = compose.services;
    const cache = isolated.start([...redis.command, "--port", `${ports.redis}`, "--bind", "127.0.0.1"]);
    onTestFinished(async () => void (await cache.stop("SIGKILL")));
    const checkOf = ({ healthcheck }: ComposeService) => healthcheck?.test.slice(1) ?? image.healthcheck;
    const [client = "", ...question] = checkOf(redis);
    await expect.poll(() => isHealthy([client, "-p", `${ports.redis}`, ...question])).toBe(true);
    const checks = [checkOf(worker), checkOf(server)];
    expect(await Promise.all(checks.map(isHealthy))).toEqual([false, false]);

    const running = [worker, server].map(({ command, environment }) =>
      starts([...image.entrypoint, ...command], environment),
    );
    for (const check of checks) {
      await expect.poll(() => isHealthy(check), { timeout: 60_000 }).toBe(true);
    }
    const url = `http://127.0.0.1:${ports.server}`;
    await untilSnapshot(url, ({ sections, stale }) => sections.scores.received === SYMBOLS && !stale);
    expect((await fetch(`${url}/mobile`)).status).toBe(200);
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: "ready", degraded: [] });
    // As the guide asks the doctor: in the container whose PORT is the server's.
    const guide = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
    const [, asks = "", doctor = ""] = /^docker compose exec (\w+) (bin\/pulseboard doctor)$/m.exec(guide) ?? [];
    expect(asks).toBe("server");
    for (const [command, { environment }] of [
      [doctor, server],
      ["bin/pulseboard doctor --config", worker],
      ["bin/pulseboard refresh --wait", worker],
    ] as const) {
      const asked = starts(command.split(" "), environment);
      expect(await asked.ended(), asked.output()).toBe(0);
    }
    for (const each of running) {
      expect((await each.stop()).code, each.output()).toBe(0);
    }
    expect(await Promise.all(checks.map(isHealthy))).toEqual([false, false]);
    expect(filesOfImage()).toEqual(before);
    expect(readdirSync(join(root, DATA)).length).toBeGreaterThan(0);
  });

  it("is not well where something else has its port, and says nothing there", async () => {
    const mute = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const { port } = mute.address() as AddressInfo;
    for (const check of [compose.services.worker.healthcheck?.test.slice(1) ?? [], image.healthcheck]) {
      const asks = check.map((part) => part.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`));
      expect(asks.join(" ")).toContain(`:${port}`);
      expect(await starts(asks).ended()).toBe(1);
    }
    mute.close();
  });

  it("runs as one process too, without Redis", async () => {
    const settings = { EXCHANGE: "simulator", EXCHANGE_URL: simulator.url, SYMBOL_COUNT: SYMBOLS };
    const alone = starts([...image.entrypoint, ...image.command], settings);
    await expect.poll(() => isHealthy(image.healthcheck), { timeout: 60_000 }).toBe(true);
    await untilSnapshot(`http://127.0.0.1:${ports.server}`, ({ sections }) => sections.scores.received === SYMBOLS);
    expect((await alone.stop()).code, alone.output()).toBe(0);
  });
});
