import type { NetworkInterfaceInfo } from "node:os";
import { expect, it } from "vitest";
import { pageAddresses } from "./addresses.ts";

const address = (family: "IPv4" | "IPv6", address: string, internal = false): NetworkInterfaceInfo => ({
  ...{ address, internal, netmask: "", mac: "", cidr: null },
  ...(family === "IPv4" ? { family } : { family, scopeid: 0 }),
});

const INTERFACES = {
  lo: [address("IPv4", "127.0.0.1", true), address("IPv6", "::1", true)],
  eth0: [address("IPv4", "192.168.1.20"), address("IPv6", "fe80::1")],
  wlan0: [address("IPv4", "10.0.0.7")],
  gone: undefined,
};

it.each(["0.0.0.0", "::"])("on %s, phones reach each IPv4 address that is not the machine's own", (host) => {
  expect(pageAddresses({ host, port: 8002 }, INTERFACES)).toEqual({
    local: "http://127.0.0.1:8002/mobile",
    phones: ["http://192.168.1.20:8002/mobile", "http://10.0.0.7:8002/mobile"],
  });
});

it.each([
  ["127.0.0.1", "http://127.0.0.1:8002/mobile"],
  ["::1", "http://[::1]:8002/mobile"],
  ["pulse.example", "http://pulse.example:8002/mobile"],
])("on %s there is that address and no other", (host, local) => {
  expect(pageAddresses({ host, port: 8002 }, INTERFACES)).toEqual({ local, phones: [] });
});
