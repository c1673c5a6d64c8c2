export type { Applied, Current, DocumentFold, Emission, FoldContext, Notice } from "./document-fold.ts";
export { ENGINE_DEFAULTS, type EngineLimits, type EnginePorts } from "./engine-ports.ts";
export type { FoldedDocument } from "./fold/fold-document.ts";
export { Processor, type ProcessorOptions } from "./processor.ts";
