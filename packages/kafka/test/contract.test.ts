import { busContract } from "@troupe/testing";
import { openBus } from "./support.ts";

busContract({ name: "kafka", open: async () => ({ bus: await openBus(), openSecond: () => openBus() }) });
