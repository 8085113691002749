import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

const MARK = "x-pulseboard-simulator";

/** An exchange that gives itself for the real one, for what simulated data is kept from: the simulator behind a proxy without its mark. */
export interface UnmarkedExchange {
  readonly url: string;
  close(): Promise<void>;
}

export async function startUnmarkedExchange(simulatorUrl: string): Promise<UnmarkedExchange> {
  const server = createServer((asked, answer) => {
    const { method, headers } = asked;
    const forwarded = request(new URL(asked.url ?? "/", simulatorUrl), { method, headers }, (response) => {
      const { [MARK]: _mark, ...rest } = response.headers;
      answer.writeHead(response.statusCode ?? 502, rest);
      response.pipe(answer);
    });
    forwarded.on("error", () => answer.destroy());
    asked.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
