import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { loadEnvFile } from "./env-file.ts";

async function folderWith(content?: string | Buffer): Promise<string> {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  if (content !== undefined) {
    await writeFile(join(path, ".env"), content);
  }
  return path;
}

/** The variables that the file sets. */
async function read(content: string | Buffer): Promise<NodeJS.ProcessEnv> {
  const env = { DATA_DIR: "/data" };
  loadEnvFile({ folders: [await folderWith(content)], env });
  const { DATA_DIR: _dataDir, ...others }: NodeJS.ProcessEnv = env;
  return others;
}

const utf16be = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le").swap16();

describe("The file .env", () => {
  it.each([
    ["with a byte-order mark", Buffer.from("\ufeffPORT=28002\r\nHOST=127.0.0.1\r\n")],
    ["in UTF-16, little endian", Buffer.from("\ufeffPORT=28002\r\nHOST=127.0.0.1\r\n", "utf16le")],
    ["in UTF-16, big endian", utf16be("PORT=28002\nHOST=127.0.0.1\n")],
    ["with the line ends of an old Mac", "PORT=28002\rHOST=127.0.0.1\r"],
    ["with comments, blanks, quotes and export", "# x\n\n  export PORT = '28002'  # y\nHOST=\"127.0.0.1\"\n"],
    ["without a line end", "PORT=28002\nHOST=127.0.0.1"],
  ])("is read %s", async (_how, content) => {
    expect(await read(content)).toEqual({ PORT: "28002", HOST: "127.0.0.1" });
  });

  it("may have values of several lines in quotes", async () => {
    expect(await read('A="1\nnot a line of its own\n2"\nPORT=1')).toEqual({
      A: "1\nnot a line of its own\n2",
      PORT: "1",
    });
  });

  it.each([
    [
      "UTF-16 without a mark",
      Buffer.from("PORT=28002\nADMIN_TOKEN=hunter2", "utf16le"),
      /NUL bytes.*save it as UTF-8/i,
    ],
    ["another encoding", Buffer.from("PORT=28002\nX=hunter2\xe4", "latin1"), /not UTF-8/],
    ["a line that sets nothing", "# x\nPORT=1\nADMIN_TOKEN: hunter2\n", /line 3 is not NAME=value/],
    ["a line without a value", "PORT 28002 hunter2", /line 1 is not NAME=value/],
    ["several such lines", "PORT 28002\nHOST=h\nhunter2\n", /lines 1, 3 are not NAME=value/],
  ])("is refused with the reason, and without its content, when it has %s", async (_what, content, reason) => {
    const folder = await folderWith(content);
    const load = (): void => loadEnvFile({ folders: [folder], env: {} });
    expect(load).toThrow(expect.objectContaining({ code: "bad_config", message: expect.stringMatching(reason) }));
    expect(load).toThrow(join(folder, ".env"));
    expect(load).not.toThrow("hunter2");
  });

  it("is refused with the reason when it is a folder", async () => {
    const folder = await folderWith();
    await mkdir(join(folder, ".env"));
    expect(() => loadEnvFile({ folders: [folder], env: {} })).toThrow("EISDIR");
  });

  it("is refused with the reason when it is a link to nothing", async () => {
    const folder = await folderWith();
    await symlink(join(folder, "gone"), join(folder, ".env"));
    expect(() => loadEnvFile({ folders: [folder], env: {} })).toThrow("ENOENT");
  });

  it.skipIf(process.getuid?.() === 0)("is refused with the reason when it may not be read", async () => {
    const folder = await folderWith("PORT=1");
    await chmod(join(folder, ".env"), 0o000);
    expect(() => loadEnvFile({ folders: [folder], env: {} })).toThrow("EACCES");
  });

  it("does not change what is set already, even to nothing", async () => {
    const env = { PORT: "1", HOST: "", DATA_DIR: "elsewhere" };
    loadEnvFile({ folders: [await folderWith("PORT=2\nHOST=h\nLOG_LEVEL=warn\nDATA_DIR=here")], env });
    expect(env).toEqual({ PORT: "1", HOST: "", LOG_LEVEL: "warn", DATA_DIR: "elsewhere" });
  });

  it("may be missing", async () => {
    const [beside, working] = [await folderWith(), await folderWith()];
    const env = {};
    loadEnvFile({ folders: [beside, working], env });
    expect(env).toEqual({ DATA_DIR: join(beside, "data") });
  });

  it.each(["", "DATA_DIR=\n"])(
    "gives the default of DATA_DIR its own folder, where a link leads, when it has %j",
    async (text) => {
      const [beside, shared] = [await folderWith(), await folderWith(text)];
      await symlink(join(shared, ".env"), join(beside, ".env"));
      for (const env of [{}, { DATA_DIR: "" }] as NodeJS.ProcessEnv[]) {
        loadEnvFile({ folders: [beside], env });
        expect(env.DATA_DIR).toBe(join(shared, "data"));
      }
    },
  );
});

describe("Beside the program", () => {
  it("it counts whatever the working directory, and a relative DATA_DIR in it counts from there", async () => {
    const beside = await folderWith("PORT=1\nDATA_DIR=./data");
    const env = {};
    loadEnvFile({ folders: [beside, await folderWith()], env });
    expect(env).toEqual({ PORT: "1", DATA_DIR: join(beside, "data") });
  });

  it("it wins over one in the working directory, and a line says so", async () => {
    const say = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => say.mockRestore());
    const [beside, working] = [await folderWith("PORT=1"), await folderWith("PORT=2\nHOST=h")];
    const env = {};
    loadEnvFile({ folders: [beside, working], env });
    expect(env).toEqual({ PORT: "1", DATA_DIR: join(beside, "data") });
    expect(say.mock.calls).toEqual([
      [`pulseboard: ${join(working, ".env")} is not read, because ${join(beside, ".env")} is`],
    ]);
  });

  it("one in the working directory counts where there is none", async () => {
    const working = await folderWith("PORT=2");
    const env = {};
    loadEnvFile({ folders: [await folderWith(), working], env });
    expect(env).toEqual({ PORT: "2", DATA_DIR: join(working, "data") });
  });
});

describe("The file that PULSEBOARD_ENV names", () => {
  it("is read in place of one beside the program, and a relative DATA_DIR counts from its real folder", async () => {
    const [beside, shared, linked] = [
      await folderWith("PORT=1"),
      await folderWith("PORT=2\nDATA_DIR=data"),
      await folderWith(),
    ];
    await symlink(join(shared, ".env"), join(linked, "settings"));
    const env = { PULSEBOARD_ENV: join(linked, "settings") };
    loadEnvFile({ folders: [beside], env });
    expect(env).toEqual({ ...env, PORT: "2", DATA_DIR: join(shared, "data") });
  });

  it("is refused when it is not there: nothing else is read in its place", async () => {
    const beside = await folderWith("PORT=1");
    const env = { PULSEBOARD_ENV: join(beside, "gone") };
    expect(() => loadEnvFile({ folders: [beside], env })).toThrow(/gone cannot be read: ENOENT/);
    expect(env).toEqual({ PULSEBOARD_ENV: join(beside, "gone") });
  });
});
