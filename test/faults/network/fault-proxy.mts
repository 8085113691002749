import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type Clock, systemClock } from "@pulseboard/runtime";
import type { FaultProxy, TrafficShape } from "../contracts.mts";
import { createFlow, type Flow, resetSocket } from "./flow.mts";

/**
 * Ports below those that Linux gives away by itself: while a proxy refuses connections, nobody listens on its port, and
 * nobody else may take it meanwhile.
 */
const FIRST_PORT = 10_000;
const PORT_COUNT = 22_000;
const MAX_PORTS = 20;

interface Connection {
  /** The client's socket and ours to the service. */
  readonly near: Socket;
  readonly far: Socket;
  /** What the client sends, and what the service answers. */
  readonly flows: readonly [Flow, Flow];
  /** Bytes of answers since the shape was set. */
  answeredBytes: number;
}

/** Stands between the clients of a service on this machine and the service. `clock` times latency and bandwidth. */
export async function startFaultProxy(targetPort: number, clock: Clock = systemClock): Promise<FaultProxy> {
  const connections = new Set<Connection>();
  let shape: TrafficShape = {};
  let touched = 0;
  let passedBytes = 0;
  let isClosed = false;

  const cutAfter = (): number => Math.min(shape.resetAfterBytes ?? Infinity, shape.truncateAfterBytes ?? Infinity);

  const reset = ({ near, far, flows }: Connection): void => {
    flows[0].stop();
    flows[1].stop();
    resetSocket(near);
    resetSocket(far);
  };

  const cut = (connection: Connection): void => {
    if (shape.resetAfterBytes !== undefined && connection.answeredBytes >= shape.resetAfterBytes) {
      touched++;
      reset(connection);
    } else if (shape.truncateAfterBytes !== undefined) {
      touched++;
      connection.flows[0].stop();
      connection.flows[1].stop();
      connection.near.end();
      connection.far.destroy();
    }
  };

  const pass = (near: Socket): void => {
    const far = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const common = {
      clock,
      shape: () => shape,
      onArrived: (bytes: number) => {
        touched += bytes;
      },
    };
    const connection: Connection = {
      near,
      far,
      answeredBytes: 0,
      flows: [
        createFlow({
          ...common,
          from: near,
          to: far,
          allowance: () => Number.POSITIVE_INFINITY,
          onPassed: (bytes) => {
            passedBytes += bytes;
          },
          onUsedUp: () => undefined,
        }),
        createFlow({
          ...common,
          from: far,
          to: near,
          allowance: () => cutAfter() - connection.answeredBytes,
          onPassed: (bytes) => {
            passedBytes += bytes;
            connection.answeredBytes += bytes;
          },
          onUsedUp: () => cut(connection),
        }),
      ],
    };
    connections.add(connection);
    const onClose = (): void => {
      if (near.closed && far.closed) {
        connections.delete(connection);
      }
    };
    near.on("close", onClose);
    far.on("close", onClose);
  };

  const listen = async (port: number): Promise<Server> => {
    const listening = createServer({ allowHalfOpen: true }, pass).listen(port, "127.0.0.1");
    await once(listening, "listening");
    return listening;
  };

  const { port, first } = await listenSomewhere(listen);
  let server: Promise<Server> | null = Promise.resolve(first);

  const setListening = (on: boolean): void => {
    if (isClosed) {
      return;
    }
    if (on) {
      server ??= listen(port);
    } else {
      // Pending connections are refused with it; those that there are stay.
      void server?.then((listening) => listening.close());
      server = null;
    }
  };

  return {
    port,
    shape: (next) => {
      shape = next;
      touched = 0;
      for (const connection of connections) {
        connection.answeredBytes = 0;
        touched += connection.flows[0].heldBytes() + connection.flows[1].heldBytes();
      }
      setListening(next.refuse !== true);
      for (const { flows } of connections) {
        flows[0].reshape();
        flows[1].reshape();
      }
    },
    resetAll: () => {
      const open = [...connections].filter(({ near }) => !near.destroyed);
      touched = open.length;
      open.forEach(reset);
    },
    connections: () => [...connections].filter(({ near }) => !near.destroyed).length,
    touched: () => touched,
    passedBytes: () => passedBytes,
    close: async () => {
      isClosed = true;
      const listening = await server;
      const sockets = [...connections].flatMap(({ near, far }) => [near, far]);
      const gone = [...sockets, ...(listening === null ? [] : [listening])].map((one) =>
        "closed" in one && one.closed ? null : new Promise((resolve) => one.once("close", resolve)),
      );
      listening?.close();
      [...connections].forEach(reset);
      await Promise.all(gone);
    },
  };
}

async function listenSomewhere(
  listen: (port: number) => Promise<Server>,
): Promise<{ readonly port: number; readonly first: Server }> {
  for (let attempt = 1; ; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    try {
      return { port, first: await listen(port) };
    } catch (error) {
      if (attempt === MAX_PORTS) {
        throw error;
      }
    }
  }
}
