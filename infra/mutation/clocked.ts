/** Tests that look at the wall clock: beside other work they are red now and then, and would kill any mutant. `npm test` runs them. */
export const CLOCKED = "/not walked through/";
