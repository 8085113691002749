import { connect, createServer, type Socket } from "node:net";

export interface BlackholeProxy {
  readonly port: number;
  /** From now on nothing passes over the connections that there are, and neither side notices: as when a cable is cut. */
  partition(): void;
  /** From now on new connections go to this port; those that there are stay where they are, as when a name changes hands. */
  redirect(targetPort: number): void;
  close(): Promise<void>;
}

/** Passes connections on to a port of this machine; new ones also after the old ones went silent. */
export async function startBlackholeProxy(targetPort: number): Promise<BlackholeProxy> {
  let target = targetPort;
  const pairs = new Set<readonly [Socket, Socket]>();
  const proxy = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      // The test may tear down either end; that is not this test's failure.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (address === null || typeof address === "string") {
    throw new Error("A listening socket has no port");
  }
  return {
    port: address.port,
    partition: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
    },
    redirect: (port) => {
      target = port;
    },
    close: async () => {
      for (const [near] of pairs) {
        near.destroy();
      }
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
