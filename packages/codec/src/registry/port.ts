/**
 * Where schemas get their ids. Schemas cross as JSON text, never as objects of an Avro library, because adapters bring their own.
 * Both functions reject with REGISTRY_UNREACHABLE when the registry does not answer.
 */
export type Registry = {
  /**
   * Id of `schema` under `subject` (full record name), registered when it is new. Registering again gives the same id.
   * Rejects with SCHEMA_INCOMPATIBLE and every violation of the subject's level, or SCHEMA_INVALID.
   */
  register(subject: string, schema: string): Promise<number>;
  /** JSON text of a schema, with everything it refers to inside; undefined when the registry has no such id. */
  schemaById(id: number): Promise<string | undefined>;
  describe(): RegistryDescription;
};

export type RegistryDescription = { readonly adapter: "files" | "confluent"; readonly address: string };
