import { execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { layoutOf } from "./layout.ts";
import { checkReleaseFile, removeHalfReleases, unpackRelease } from "./release-file.ts";
import { run } from "./run.ts";

const AT_MS = Date.UTC(2026, 4, 1, 10, 15, 2);

/** A packed folder with these files, and its checksum. */
async function pack(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly file: string; readonly folder: string }> {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const content = join(folder.path, "content");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(content, name, ".."), { recursive: true });
    writeFileSync(join(content, name), text);
  }
  const file = join(folder.path, "pulseboard-0.2.0.tgz");
  execFileSync("tar", ["-czf", file, "-C", content, ...readdirSync(content)]);
  writeFileSync(
    `${file}.sha256`,
    `${createHash("sha256").update(readFileSync(file)).digest("hex")}  pulseboard-0.2.0.tgz\n`,
  );
  return { file, folder: folder.path };
}

const unpack = (file: string, into: string) =>
  unpackRelease({
    file,
    into,
    nowMs: AT_MS,
    tar: (args) => run("tar", args, { env: process.env, signal: new AbortController().signal, log: () => undefined }),
  });

const MANIFEST = JSON.stringify({ name: "pulseboard", version: "0.2.0", commit: "abc1234" });
const GOOD = { "pulseboard-0.2.0/package.json": MANIFEST, "pulseboard-0.2.0/dist/pulseboard.mjs": "" };

it("a file with the right checksum is unpacked to VERSION-TIMESTAMP, and nothing else is left there", async () => {
  const { file, folder } = await pack(GOOD);
  await checkReleaseFile(file);
  const releases = join(folder, "releases");
  expect(await unpack(file, releases)).toEqual({
    name: "0.2.0-20260501T101502",
    folder: join(releases, "0.2.0-20260501T101502"),
    version: "0.2.0",
    build: "0.2.0+abc1234",
  });
  expect(readdirSync(releases)).toEqual(["0.2.0-20260501T101502"]);

  // A deploy that was killed within the same second has left its release.
  expect((await unpack(file, releases)).name).toBe("0.2.0-20260501T101503");
});

it.each([
  [
    "differs from its checksum",
    (file: string) => writeFileSync(file, "x", { flag: "a" }),
    /has the SHA-256 [0-9a-f]{64}, and .* says [0-9a-f]{64}/,
  ],
  [
    "has a checksum file without a checksum",
    (file: string) => writeFileSync(`${file}.sha256`, "none\n"),
    /says none: copy both again/,
  ],
])("a file that %s is refused", async (_, spoil, message) => {
  const { file } = await pack(GOOD);
  spoil(file);
  await expect(checkReleaseFile(file)).rejects.toThrow(message);
});

it("a file without its checksum is refused as a wrong call", async () => {
  const { file } = await pack(GOOD);
  const renamed = file.replace("0.2.0", "0.2.1");
  writeFileSync(renamed, readFileSync(file));
  await expect(checkReleaseFile(renamed)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(".sha256 is missing"),
  });
});

it("a file whose folder is a link to another one is no release", async () => {
  const { file, folder } = await pack(GOOD);
  const packed = join(folder, "packed");
  mkdirSync(packed);
  symlinkSync(join(folder, "content/pulseboard-0.2.0"), join(packed, "pulseboard-0.2.0"));
  execFileSync("tar", ["-czf", file, "-C", packed, "pulseboard-0.2.0"]);
  await expect(unpack(file, join(folder, "releases"))).rejects.toThrow("holds no release of Pulseboard");
});

it("a file that is cut off is no release, whatever its checksum says", async () => {
  const { file, folder } = await pack({ ...GOOD, "pulseboard-0.2.0/dist/more": randomBytes(100_000).toString("hex") });
  truncateSync(file, 50_000);
  await expect(unpack(file, join(folder, "releases"))).rejects.toThrow("holds no release of Pulseboard");
});

it("a full disk is told in one sentence, not once for each file", async () => {
  const { folder } = await pack(GOOD);
  const output = Array.from({ length: 200 }, (_, n) => `tar: ${n}: Cannot write: No space left on device\n`).join("");
  const tar = async () => ({ code: 2, stdout: "", output });
  const into = join(folder, "releases");
  await expect(unpackRelease({ file: "a.tgz", into, nowMs: AT_MS, tar })).rejects.toThrow(
    `there is no space left in ${into}: free some, and deploy again`,
  );
});

it.each([
  ["another program", { ...GOOD, "pulseboard-0.2.0/package.json": '{"name":"other","version":"1"}' }],
  [
    "a version that is a path",
    { ...GOOD, "pulseboard-0.2.0/package.json": '{"name":"pulseboard","version":"0/../../../evil"}' },
  ],
  ["half of a release", { "pulseboard-0.2.0/package.json": MANIFEST }],
  ["two folders", { ...GOOD, "other/file": "" }],
])("a file that holds %s is no release, and leaves nothing behind", async (_, files) => {
  const { file, folder } = await pack(files);
  const releases = join(folder, "releases");
  await expect(unpack(file, releases)).rejects.toThrow("holds no release of Pulseboard");
  expect(readdirSync(releases)).toEqual([]);
});

it("removes a half release into which the tar of a deploy that was killed still writes", async () => {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const layout = layoutOf(folder.path);
  const half = join(layout.releases, ".unpacking-1");
  mkdirSync(half, { recursive: true });
  writeFileSync(join(half, "package.json"), MANIFEST);
  const script = "i=0; while [ $i -lt 4000 ] && mkdir -p $i/a; do echo x > $i/a/b; echo x > $i; i=$((i+1)); done";
  const tar = spawn("sh", ["-c", script], { cwd: half, stdio: "ignore" });
  const ended = new Promise((resolve) => tar.once("close", resolve));
  await expect.poll(() => readdirSync(half).length).toBeGreaterThan(20);
  await removeHalfReleases(layout);
  tar.kill("SIGKILL");
  await ended;
  expect(readdirSync(layout.releases)).toEqual([]);
});
