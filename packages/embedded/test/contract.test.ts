import {
  type AtomicFixture,
  agingContract,
  atomicWorkContract,
  busContract,
  deadLettersContract,
  documentsContract,
  parkedContract,
  type StoreContract,
  settingsContract,
} from "@troupe/testing";
import { openAt, scratch } from "./open.ts";

const fixture = async (): Promise<AtomicFixture> => {
  const { file, dispose } = scratch();
  return { ...openAt(file), openSecond: async () => openAt(file), dispose };
};
const onlyStore = (open: () => Promise<AtomicFixture>): StoreContract["open"] => {
  return async () => {
    const { bus, store, openSecond, dispose } = await open();
    await bus.close();
    return {
      store,
      ...(dispose === undefined ? {} : { dispose }),
      ...(openSecond === undefined ? {} : { openSecond: async () => (await openSecond()).store }),
    };
  };
};
const onlyBus = (open: () => Promise<AtomicFixture>) => async () => {
  const { bus, store, openSecond, dispose } = await open();
  await store.close();
  return {
    bus,
    ...(dispose === undefined ? {} : { dispose }),
    ...(openSecond === undefined ? {} : { openSecond: async () => (await openSecond()).bus }),
  };
};

for (const [name, open] of [
  ["embedded file", fixture],
  ["embedded in memory", async (): Promise<AtomicFixture> => openAt(":memory:")],
] as const) {
  busContract({ name, open: onlyBus(open) });
  for (const contract of [documentsContract, deadLettersContract, parkedContract, agingContract, settingsContract])
    contract({ name, open: onlyStore(open) });
  atomicWorkContract({ name, open });
}
