/** A schema that is not Avro, or not an event schema. The message says where and what; callers add the file or the schema id. */
export class SchemaFault extends Error {}
