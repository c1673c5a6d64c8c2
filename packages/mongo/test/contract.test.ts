import { agingContract, deadLettersContract, documentsContract, parkedContract, settingsContract } from "@troupe/testing";
import { openStore } from "./support.ts";

const contract = { name: "mongo", open: async () => ({ store: await openStore(), openSecond: () => openStore() }) };
documentsContract(contract);
deadLettersContract(contract);
parkedContract(contract);
agingContract(contract);
settingsContract(contract);
