import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { flowOf } from "@troupe/saga-coordinator/core";
import { parseDefinition } from "@troupe/saga-coordinator/reading";
import { layoutOf } from "../src/drawing/layout.ts";

const SAGAS = fileURLToPath(new URL("../../../sagas/", import.meta.url));
const files = ["", "examples"].flatMap((folder) =>
  readdirSync(join(SAGAS, folder))
    .filter((name) => name.endsWith(".saga.yaml"))
    .map((name) => join(SAGAS, folder, name)),
);

type Area = { readonly what: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number };

function overlaps(a: Area, b: Area): boolean {
  return Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;
}

for (const file of files) {
  test(`in the drawing of ${file.slice(SAGAS.length)} no box or label lies on another, and all are on the paper`, () => {
    const { definition } = parseDefinition(readFileSync(file), { file });
    assert.ok(definition);
    const { width, height, boxes, arrows } = layoutOf(flowOf(definition));
    const labels = arrows.flatMap(({ edge, label }): Area[] =>
      label === undefined
        ? []
        : [
            {
              what: `label ${edge.label}`,
              x: label.x,
              y: label.y,
              width: Math.max(...label.lines.map((line) => line.length * 6)),
              height: label.lines.length * 15,
            },
          ],
    );
    const areas: Area[] = [...boxes.map(({ node, ...place }) => ({ what: node.id, ...place })), ...labels];
    for (const [at, area] of areas.entries()) {
      for (const other of areas.slice(at + 1)) assert.ok(!overlaps(area, other), `${area.what} lies on ${other.what}`);
      assert.ok(area.x - area.width / 2 >= 0 && area.x + area.width / 2 <= width, `${area.what} is on the paper`);
      assert.ok(area.y - area.height / 2 >= 0 && area.y + area.height / 2 <= height, `${area.what} is on the paper`);
    }
  });
}
