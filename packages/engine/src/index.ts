export type { Applied, Current, DocumentFold, Emission, FoldContext, Notice } from "./document-fold.ts";
export { ENGINE_DEFAULTS, type EngineLimits, type EnginePorts, type FailPoint, type FailPoints } from "./engine-ports.ts";
export type { FoldedDocument } from "./fold/folded-document.ts";
export { askParked, listParked, type ParkedDocumentOf, type ParkedFilter, RETRY_LIMIT } from "./operate/parked.ts";
export { hasBytes, inOrder, REDRIVE_COUNT, REDRIVE_LIMIT, redrive, redrivesOf } from "./operate/redrive.ts";
export { Processor, type ProcessorOptions } from "./processor.ts";
