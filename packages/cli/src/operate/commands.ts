import { type Commands, group } from "./command-group.ts";
import { dropDeadLetters, listDeadLetters, redriveDeadLetters, showDeadLetter } from "./dead-letters.ts";
import { dropParkedRecords, listParkedKeys, retryParkedKeys, showParkedKey } from "./parked.ts";

/** What an operator does about records that could not be taken. */
export const OPERATE: Commands = {
  "dead-letters": group("dead-letters", {
    list: listDeadLetters,
    show: showDeadLetter,
    redrive: redriveDeadLetters,
    drop: dropDeadLetters,
  }),
  parked: group("parked", { list: listParkedKeys, show: showParkedKey, retry: retryParkedKeys, drop: dropParkedRecords }),
};
