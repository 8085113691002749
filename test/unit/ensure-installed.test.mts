import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const MODULE = fileURLToPath(new URL("../../scripts/lib/ensure-installed.mjs", import.meta.url));

// On macOS it is brew's; the code under test is the same but for the command.
describe.skipIf(process.platform === "darwin")("Making sure of programs", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulseboard-path-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = async (name: string, script: string): Promise<void> => {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  };

  /** Runs it on a machine that has only the programs of the folder. */
  const ensure = (path = folder): Promise<{ readonly code: number | null; readonly output: string }> =>
    run("module.ensureInstalled(module.SERVICES)", path);

  const run = (call: string, path = folder): Promise<{ readonly code: number | null; readonly output: string }> =>
    new Promise((resolve) => {
      const program = `import(${JSON.stringify(MODULE)}).then((module) => ${call})`;
      const child = spawn(process.execPath, ["-e", program], { env: { PATH: path } });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += chunk;
        });
      }
      child.on("close", (code) => resolve({ code, output }));
    });

  test("prints nothing and does nothing when all are there", async () => {
    await put("redis-server", "exit 0");
    await put("nginx", "exit 0");
    await put("memcached", "exit 0");
    expect(await ensure()).toEqual({ code: 0, output: "" });
  });

  test("finds programs in an administrator's folder next to one of the PATH", async () => {
    for (const name of ["bin", "sbin"]) {
      await mkdir(join(folder, name));
    }
    for (const name of ["bin/redis-server", "bin/memcached", "sbin/nginx"]) {
      await put(name, "exit 0");
    }
    expect(await ensure(join(folder, "bin"))).toEqual({ code: 0, output: "" });
  });

  test("prints one message with the command to run where there is no installer", async () => {
    await put("memcached", "exit 0");
    await put("nginx", "exit 0");
    const { code, output } = await ensure();
    expect(code).toBe(1);
    expect(output).toMatch(/redis-server must be installed.*neither apt-get nor brew/);
    expect(output).toMatch(/\n {2}sudo apt-get update && sudo apt-get install redis-server\n$/);
  });

  test("goes on without the tools of some faults, and says so", async () => {
    const { code, output } = await run("module.installFaultTools()");
    expect(code).toBe(0);
    expect(output).toMatch(/^Some faults cannot be tried: faketime and gcc must be installed/);
    expect(output).toContain("sudo apt-get install faketime gcc libc6-dev");
  });

  describe("by apt-get", () => {
    const policyOf = (): Promise<number | null> =>
      stat("/usr/sbin/policy-rc.d").then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      );

    beforeEach(async () => {
      // Where the tests do not run as root, this one makes nobody root, and writes nothing outside the folder.
      await put("sudo", 'echo "sudo: a password is required"; exit 1');
      for (const tool of ["sh", "rm", "chmod"]) {
        await symlink(await find(tool), join(folder, tool));
      }
    });

    test.runIf(process.getuid?.() === 0)("installs what is missing, and leaves no policy behind", async () => {
      await put("memcached", "exit 0");
      await put("nginx", "exit 0");
      const installed = `[ "$*" != "\${*#*install}" ] && printf '#!/bin/sh\\n' > ${folder}/redis-server && chmod 755 ${folder}/redis-server`;
      await put("apt-get", `echo "$*" >> ${folder}/asked\n${installed}\nexit 0`);
      const policy = await policyOf();
      const { code, output } = await ensure();
      expect({ code, output }).toEqual({ code: 0, output: "Installing redis-server (once).\n" });
      expect(await policyOf()).toBe(policy);
    });

    test.runIf(process.getuid?.() === 0)("installs a compiler with the headers that it needs", async () => {
      await put("faketime", "exit 0");
      await put("apt-get", `echo "$*" >> ${folder}/asked; printf '' > ${folder}/gcc; chmod 755 ${folder}/gcc`);
      const { code, output } = await run("module.installFaultTools()");
      expect({ code, output }).toEqual({ code: 0, output: "Installing gcc (once).\n" });
      expect(await readFile(join(folder, "asked"), "utf8")).toContain(" gcc libc6-dev\n");
    });

    test("shows the output of the installer and the command to run when it fails", async () => {
      await put("apt-get", 'echo "E: no network"; exit 100');
      const policy = await policyOf();
      const { code, output } = await ensure();
      expect(code).toBe(1);
      expect(output).toMatch(/E: no network|a password is required/);
      expect(output).toMatch(
        /redis-server and memcached and nginx could not be installed: the installer ended with code \d+\./,
      );
      expect(output).toContain("sudo apt-get install redis-server memcached nginx");
      expect(await policyOf()).toBe(policy);
    });

    test("is not content with an installer that installs nothing", async () => {
      await put("apt-get", "exit 0");
      await put("sudo", "exit 0");
      const { code, output } = await ensure();
      expect(code).toBe(1);
      expect(output).toContain("not on the PATH");
    });
  });
});

async function find(tool: string): Promise<string> {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(directory, tool);
    if (
      await stat(path).then(
        () => true,
        () => false,
      )
    ) {
      return path;
    }
  }
  throw new Error(`${tool} is not on the PATH`);
}
