/** Records as an object mapper makes them: the fields are getters of the class, and the own properties are internal. */

/** A document that has no toJSON(). */
export class GetterDocument {
  readonly _doc: object;
  readonly $isNew = false;
  constructor(doc: object) {
    this._doc = doc;
  }
  get email(): unknown {
    return Reflect.get(this._doc, 'email');
  }
}

/** A document whose toJSON() returns its fields. */
export class JsonDocument extends GetterDocument {
  toJSON(): object {
    return { ...this._doc };
  }
}
