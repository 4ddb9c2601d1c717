/** Objects (accounts, courses ...): by type and id, or by the id that Customer.io gave them. */
import { Attributes } from './attributes.ts';
import type { WorkspaceObject } from './model.ts';
import type { JsonObject } from './validate-operation.ts';

/** All objects of the workspace. */
export class WorkspaceObjects {
  readonly all: Set<WorkspaceObject> = new Set();
  readonly #byKey = new Map<string, WorkspaceObject>();
  #created = 0;

  find(ids: JsonObject): WorkspaceObject | undefined {
    return this.#byKey.get(keyOf(ids));
  }

  /** Undefined for a cio_object_id that no object has. */
  findOrCreate(ids: JsonObject): WorkspaceObject | undefined {
    const found = this.find(ids);
    if (found || typeof ids.cio_object_id === 'string') return found;
    const object: WorkspaceObject = {
      cioObjectId: `ob${(++this.#created).toString(16).padStart(6, '0')}`,
      typeId: String(ids.object_type_id),
      id: String(ids.object_id),
      attributes: new Attributes(),
      people: new Set(),
      visitors: new Map(),
    };
    this.all.add(object);
    for (const key of keysOf(object)) this.#byKey.set(key, object);
    return object;
  }

  remove(object: WorkspaceObject): void {
    for (const key of keysOf(object)) this.#byKey.delete(key);
    for (const person of object.people) person.relations.delete(object);
    this.all.delete(object);
  }
}

function keysOf({ cioObjectId, typeId, id }: WorkspaceObject): string[] {
  return [keyOf({ cio_object_id: cioObjectId }), keyOf({ object_type_id: typeId, object_id: id })];
}

function keyOf(ids: JsonObject): string {
  return JSON.stringify(typeof ids.cio_object_id === 'string' ? [ids.cio_object_id] : [ids.object_type_id, ids.object_id]);
}
