import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { isLeftOut, runTool } from "../integration/support/promtool.mts";
import { documentedBlocks, replaceOnce } from "./support/documented.mts";
import { notIsolated } from "./support/isolated.mts";
import { ROOT } from "./support/program.mts";

const DIR = "/srv/pulseboard";

async function temporaryFolder(): Promise<string> {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  return path;
}

it.each([
  { what: "as it should be", sum: (right: string) => right, code: 0 },
  { what: "damaged on the way", sum: () => "0".repeat(64), code: 1 },
])("the guide unpacks a Node that is $what only if its checksum is right", async ({ sum, code }) => {
  const [block = ""] = documentedBlocks("### A fresh machine").filter((each) => each.includes("SHASUMS256.txt"));
  const folder = await temporaryFolder();
  const [site, bin, target] = ["site", "bin", "usr-local"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [site, bin, target]) {
    mkdirSync(each);
  }
  const archive = "node-v24.99.0-linux-x64.tar.xz";
  const made = `mkdir -p node-v24.99.0/bin && echo x > node-v24.99.0/bin/node && tar -cJf "${archive}" node-v24.99.0 && sha256sum "${archive}"`;
  const [right = ""] = spawnSync("sh", ["-c", made], { cwd: site, encoding: "utf8" }).stdout.split(" ");
  const other = `${"1".repeat(64)}  node-v24.99.0-linux-arm64.tar.xz\n`;
  writeFileSync(join(site, "SHASUMS256.txt"), `${other}${sum(right)}  ${archive}\n`);
  for (const [name, does] of [
    ["curl", `for last; do :; done; cp "${site}/$(basename "$last")" .`],
    ["sudo", 'exec "$@"'],
    ["uname", "echo x86_64"],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  }
  const script = replaceOnce(block, [["-C /usr/local ", `-C "${target}" `]]);
  const ran = spawnSync("sh", ["-c", script], {
    env: { PATH: `${bin}:${process.env.PATH ?? ""}`, TMPDIR: folder },
    encoding: "utf8",
  });
  expect(ran.status, ran.stderr).toBe(code);
  expect(readdirSync(target)).toEqual(code === 0 ? ["bin"] : []);
});

it.skipIf(notIsolated !== null)(
  `"pm2 startup" of the guide writes the path that the guide shows (${notIsolated ?? "root can see to it"})`,
  async () => {
    const [commands = "", shown = ""] = documentedBlocks("### Started at boot");
    const folder = await temporaryFolder();
    const root = join(folder, "pulseboard");
    mkdirSync(join(root, "pm2/node_modules"), { recursive: true });
    mkdirSync(join(folder, "bin"));
    // No system manager is told, and no unit is written but in a folder that only this call sees.
    for (const [name, does] of [
      ["systemctl", "exit 0"],
      ["sudo", 'exec "$@"'],
    ]) {
      const file = join(folder, "bin", name ?? "");
      writeFileSync(file, `#!/bin/sh\n${does}\n`);
      chmodSync(file, 0o755);
    }
    const [startup = "", , look = ""] = commands.trim().split("\n");
    expect(startup).toContain(" startup systemd ");
    const script = `set -e
mount -t tmpfs none /etc/systemd/system
mount --bind "${ROOT}node_modules" "${root}/pm2/node_modules"
${startup.replaceAll(DIR, root)} >/dev/null
${look.replaceAll(DIR, root)}`;
    const { stdout, stderr } = spawnSync("unshare", ["--mount", "sh", "-c", script], {
      env: { PATH: `${join(folder, "bin")}:${process.env.PATH ?? ""}`, HOME: root },
      encoding: "utf8",
    });
    expect(stdout, stderr).toBe(shown.replaceAll(DIR, root));
  },
);

it.skipIf(isLeftOut("logrotate"))(
  "logrotate with the guide's file shortens a log that a process keeps open",
  async () => {
    const folder = await temporaryFolder();
    chmodSync(folder, 0o755);
    const logs = join(folder, "logs");
    mkdirSync(logs);
    const file = join(logs, "pulseboard-worker-out.log");
    const open = openSync(file, "a");
    writeSync(open, "the first line\n");
    const [, recipe = ""] = ["", ...documentedBlocks("### Logs").filter((block) => block.includes("copytruncate"))];
    const config = join(folder, "pulseboard.conf");
    const owner = process.getuid?.() === 0 ? "su root root" : "";
    writeFileSync(
      config,
      replaceOnce(recipe, [
        [`${DIR}/.pm2/logs/`, `${logs}/`],
        ["su pulseboard pulseboard", owner],
      ]),
    );
    chmodSync(config, 0o644);
    const rotate = () => runTool("logrotate", ["--force", "--state", join(folder, "state"), config]);
    const { code, output } = await rotate();
    expect(code, output).toBe(0);
    expect(statSync(file).size).toBe(0);
    writeSync(open, "a line after it\n");
    expect(readFileSync(file, "utf8")).toBe("a line after it\n");
    expect(readdirSync(logs)).toContain("pulseboard-worker-out.log.1.gz");
  },
);
