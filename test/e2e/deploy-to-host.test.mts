import { execFile, execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startSupervised } from "@pulseboard/testing/supervised-process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, until } from "./support/ask.mts";
import { createDeployStage, type DeployStage } from "./support/deploy-stage.mts";

const SSHD = "/usr/sbin/sshd";
const isThere = [SSHD, "/usr/bin/ssh", "/usr/bin/rsync"].every((each) => existsSync(each));

describe.skipIf(!isThere)(
  "a deploy to a host, over ssh and rsync (skipped where openssh-server or rsync is missing)",
  () => {
    let stage: DeployStage;
    let sshd: Awaited<ReturnType<typeof startSupervised>>;
    let target = "";

    beforeAll(async () => {
      stage = await createDeployStage();
      const keys = join(stage.work, "keys");
      mkdirSync(keys, { mode: 0o700 });
      for (const name of ["host", "user"]) {
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(keys, name)]);
      }
      const port = await findFreePort();
      // What sshd needs, whoever runs it.
      mkdirSync("/run/sshd", { recursive: true });
      const environment = Object.entries(stage.env).map(([name, value]) => `${name}="${value}"`);
      const config = [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${keys}/host`,
        `AuthorizedKeysFile ${keys}/user.pub`,
        "StrictModes no",
        "UsePAM no",
        "PidFile none",
        // HOME and PM2_HOME of the test: on a machine of its own, they are the user's.
        `SetEnv ${environment.join(" ")} PM2_DISABLE_VERSION_CHECK=1`,
      ];
      writeFileSync(join(keys, "sshd_config"), `${config.join("\n")}\n`);
      writeFileSync(
        join(keys, "ssh_config"),
        `Host vps\n  HostName 127.0.0.1\n  Port ${port}\n  IdentityFile ${keys}/user\n  StrictHostKeyChecking no\n  UserKnownHostsFile ${keys}/known\n  LogLevel ERROR\nHost away\n  HostName 127.0.0.1\n  Port 1\n`,
      );
      // In place of ~/.ssh/config, which ssh finds by the user's entry and not by HOME. rsync calls it too.
      const ssh = join(stage.bin, "ssh");
      writeFileSync(ssh, `#!/bin/sh\nexec /usr/bin/ssh -F "${keys}/ssh_config" "$@"\n`, { mode: 0o755 });
      sshd = await startSupervised(SSHD, () => ["-D", "-e", "-f", join(keys, "sshd_config")]);
      target = `vps:${stage.root}`;
      const answers = await until(() => promisify(execFile)(ssh, ["vps", "true"]).catch(() => null));
      expect(answers).not.toBeNull();
    });

    afterAll(async () => {
      await sshd?.kill();
      await stage?.stop();
    });

    it("brings the file there, checks it there, and deploys it by its own code", async () => {
      // The program of an earlier one whose shell was killed there.
      const left = `.program-${spawnSync("true").pid}-aBcDeF`;
      mkdirSync(join(stage.root, "incoming", left), { recursive: true });
      const { code, output } = await stage.run("deploy", stage.release("0.2.0"), "--to", target);
      expect(output).toContain("pulseboard-0.2.0.tgz is on vps; the steps are its own:");
      expect(output).toMatch(/^0\.2\.0\S* runs from 0\.2\.0-/m);
      expect(code).toBe(0);
      expect((await ask(`${stage.url}/healthz`)).body.version).toBe("0.2.0");
      // What was copied for it is not left behind.
      expect(readdirSync(join(stage.root, "incoming"))).toEqual([]);
    });

    it("hands on the exit code and the words of a deploy that fails there", async () => {
      const before = await stage.processes();
      stage.writeSettings("SYMBOL_COUNT=none\n");
      const { code, output } = await stage.run("deploy", stage.release("0.3.0"), "--to", target);
      stage.writeSettings();
      expect(output).toMatch(/^Step 4 \(configuration\) failed: .*SYMBOL_COUNT.*0\.2\.0-\S+ runs\. The log is /m);
      expect(code).toBe(1);
      expect(await stage.processes()).toEqual(before);
    });

    it("takes a file by any name, and asks for no other of that name there", async () => {
      const made = stage.release("0.3.1");
      const renamed = join(stage.work, "-new: it's $(touch x) 1.tgz");
      copyFileSync(made, renamed);
      copyFileSync(`${made}.sha256`, `${renamed}.sha256`);
      const { code, output } = await stage.run("deploy", renamed, "--to", target, "--dry-run");
      expect(output).toContain("A deploy would link ");
      expect(code).toBe(0);
    });

    it("rolls back there", async () => {
      const { code, output } = await stage.run("rollback", "--to", target);
      expect(output).toContain("no other release is there");
      expect(code).toBe(2);
    });

    it("says that a host is not reached, with 3", async () => {
      const { code, output } = await stage.run("deploy", stage.release("0.4.0"), "--to", "away:dir");
      expect(output).toContain("Nothing was changed: ssh does not reach away.");
      expect(code).toBe(3);
    });
  },
);
