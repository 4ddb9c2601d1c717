/** Objects as an object mapper makes them: the fields are getters, what is its own is internal. */

/** It says nothing of itself. */
export class Silent {
  readonly _doc: object;
  readonly $isNew = false;
  constructor(doc: object) {
    this._doc = doc;
  }
  get email(): unknown {
    return Reflect.get(this._doc, 'email');
  }
}

/** It says what it is as JSON. */
export class Spoken extends Silent {
  toJSON(): object {
    return { ...this._doc };
  }
}
