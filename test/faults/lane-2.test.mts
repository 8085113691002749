import { registerLane } from "./lane.mts";

await registerLane(2);
