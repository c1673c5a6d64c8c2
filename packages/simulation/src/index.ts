export { Looker, type Seen } from "./run/one-seed.ts";
