import { join } from "node:path";
import type { Isolated } from "./isolated.mts";

/** What a Dockerfile leaves behind: how its image is run. */
export interface Image {
  /** "node:22-slim". */
  readonly base: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Null for root. */
  readonly user: string | null;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

const EMPTY: Image = {
  base: "",
  env: {},
  workingDirectory: "/",
  user: null,
  entrypoint: [],
  command: [],
  healthcheck: [],
};

export interface BuildOptions {
  /** The folder whose files COPY takes. */
  readonly context: string;
  /** Stands in for / of the image. */
  readonly root: string;
  readonly isolated: Isolated;
}

/**
 * Does what an engine would do with a Dockerfile, one instruction after the other, as one user who is not root.
 *
 * @throws Error for an instruction that it does not know, and for one that fails
 */
export async function buildImage(text: string, { context, root, isolated }: BuildOptions): Promise<Image> {
  let image = EMPTY;
  const run = async (command: readonly string[], folder = join(root, image.workingDirectory)): Promise<void> => {
    const running = isolated.start(command, { ...image.env, WORKING_DIRECTORY: folder });
    if ((await running.ended()) !== 0) {
      throw new Error(`${command.join(" ")} failed:\n${running.output()}`);
    }
  };
  const steps: Readonly<Record<string, (argument: string) => Promise<Partial<Image>> | Partial<Image>>> = {
    FROM: (base) => ({ base }),
    ENV: (argument) => ({ env: { ...image.env, ...variablesOf(argument) } }),
    WORKDIR: async (workingDirectory) => {
      await run(["mkdir", "-p", join(root, workingDirectory)], root);
      return { workingDirectory };
    },
    COPY: async (argument) => {
      const names = argument.split(" ");
      const target = names.at(-1) ?? "";
      for (const name of names.slice(0, -1)) {
        // Of a folder, COPY takes what is in it.
        await run(["cp", "-RT", join(context, name), target === "./" ? `./${name}` : target]);
      }
      return {};
    },
    USER: (user) => ({ user }),
    RUN: async (argument) => {
      await run(["sh", "-c", argument.replaceAll("/home/node", join(root, "home/node"))]);
      return {};
    },
    EXPOSE: () => ({}),
    HEALTHCHECK: (argument) => ({ healthcheck: JSON.parse(argument.replace(/^.*?\bCMD /, "")) }),
    ENTRYPOINT: (argument) => ({ entrypoint: JSON.parse(argument), command: [] }),
    CMD: (argument) => ({ command: JSON.parse(argument) }),
  };
  for (const [name, argument] of instructionsOf(text)) {
    const step = steps[name];
    if (step === undefined) {
      throw new Error(`nothing is known of ${name} here`);
    }
    image = { ...image, ...(await step(argument)) };
  }
  return image;
}

function instructionsOf(text: string): readonly (readonly [name: string, argument: string])[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll("\\\n", " ")
    .split("\n");
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", argument = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return [name, argument];
    });
}

function variablesOf(argument: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...argument.matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]));
}
