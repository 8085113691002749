import { expect, it } from "vitest";
import { readTarget } from "./remote.ts";

it.each([
  ["vps:/srv/pulseboard", { host: "vps", folder: "/srv/pulseboard" }],
  ["me@vps.example.org:pulse board", { host: "me@vps.example.org", folder: "./pulse board" }],
  ["vps:~/pulseboard", { host: "vps", folder: "./pulseboard" }],
  ["vps:~", { host: "vps", folder: "./" }],
  ["vps:-rf", { host: "vps", folder: "./-rf" }],
  ["vps:/srv/$(reboot)`'\"", { host: "vps", folder: "/srv/$(reboot)`'\"" }],
])("%s is a place on a host", (text, expected) => {
  expect(readTarget(text)).toEqual(expected);
});

it.each(["vps", ":dir", "vps:", "-oProxyCommand=x:dir", "/srv/a:b", "vps:~other/pulseboard", ""])(
  "%j is none",
  (text) => {
    expect(readTarget(text)).toBeNull();
  },
);
